//! Layers and fields as JavaScript gets them: with names, sources and the keys of their explanations.
//!
//! A frame is `{place, time, layers}`; its octets are handed over apart from it. A layer is `{protocol, name, source, key, osi: {number, key}, tcp_ip, header, payload, trailer, fields, problem,
//! piece, octets, pieces, is_quoted}`, a field `{filter, name, source, key, octets, bits, value, meaning, remark,
//! fields}`. Ranges are `[first, behind the last]`; what is missing is null. `octets` of a layer is null unless the
//! layer does not count the octets of its frame but those that are given.

use super::{DissectedFrame, Field, Layer, Piece, Problem, Remark, Severity, Source};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use std::ops::Range;

const fn pair(range: &Range<usize>) -> [usize; 2] {
    [range.start, range.end]
}

impl Serialize for DissectedFrame {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut frame = serializer.serialize_struct("Frame", 3)?;
        frame.serialize_field("place", &self.place)?;
        frame.serialize_field("time", &self.time.as_us())?;
        frame.serialize_field("layers", &self.layers)?;
        frame.end()
    }
}

impl Serialize for Layer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Osi {
            number: u8,
            key: &'static str,
        }
        let (osi, whole) = (self.protocol.osi(), self.reassembled.as_ref());
        let mut layer = serializer.serialize_struct("Layer", 15)?;
        layer.serialize_field("protocol", self.protocol.filter())?;
        layer.serialize_field("name", self.protocol.name())?;
        layer.serialize_field("source", self.protocol.source())?;
        layer.serialize_field("key", self.protocol.key())?;
        layer.serialize_field("osi", &Osi { number: osi.number(), key: osi.key() })?;
        layer.serialize_field("tcp_ip", self.protocol.tcp_ip().key())?;
        layer.serialize_field("header", &pair(&self.header))?;
        layer.serialize_field("payload", &pair(&self.payload))?;
        layer.serialize_field("trailer", &pair(&self.trailer))?;
        layer.serialize_field("fields", &self.fields)?;
        layer.serialize_field("problem", &self.problem)?;
        layer.serialize_field("piece", &self.piece)?;
        layer.serialize_field("octets", &whole.map(|whole| &whole.octets))?;
        layer.serialize_field("pieces", &whole.map(|whole| &whole.pieces))?;
        layer.serialize_field("is_quoted", &self.is_quoted)?;
        layer.end()
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let definition = self.definition();
        let mut field = serializer.serialize_struct("Field", 10)?;
        field.serialize_field("filter", &self.name)?;
        field.serialize_field("name", &definition.map(|definition| definition.name))?;
        field.serialize_field("source", &definition.map(|definition| definition.source))?;
        field.serialize_field("key", &self.key())?;
        field.serialize_field("octets", &(!self.is_computed()).then(|| pair(&self.octets)))?;
        field.serialize_field("bits", &self.bits.as_ref().map(pair))?;
        field.serialize_field("value", &self.value)?;
        field.serialize_field("meaning", &self.meaning)?;
        field.serialize_field("remark", &self.remark)?;
        field.serialize_field("fields", &self.fields)?;
        field.end()
    }
}

impl Serialize for Remark {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let severity = match self.severity {
            Severity::Chat => "chat",
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let mut remark = serializer.serialize_struct("Remark", 2)?;
        remark.serialize_field("key", &self.key())?;
        remark.serialize_field("severity", severity)?;
        remark.end()
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut problem = serializer.serialize_struct("Problem", 2)?;
        problem.serialize_field("code", self.code())?;
        problem.serialize_field("key", self.key())?;
        problem.end()
    }
}

impl Serialize for Piece {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut piece = serializer.serialize_struct("Piece", 2)?;
        piece.serialize_field("at", &self.at)?;
        piece.serialize_field("total", &self.total)?;
        piece.end()
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut source = serializer.serialize_struct("Source", 3)?;
        source.serialize_field("packet", &self.packet)?;
        source.serialize_field("start", &self.start)?;
        source.serialize_field("length", &self.length)?;
        source.end()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Spoken, dissect_message};
    use serde_json::json;

    #[test]
    fn a_layer_has_all_that_the_page_shows() {
        let heartbeat = dissect_message(&[8, 0, 0, 0, 0, 0, 0, 0xCE], Spoken::Amqp);
        let layer = serde_json::to_value(&heartbeat[0]).expect("JSON");
        assert_eq!(layer["osi"], json!({ "number": 7, "key": "layer.osi.application" }));
        assert_eq!(layer["tcp_ip"], "layer.tcp-ip.application");
        assert_eq!((&layer["header"], &layer["trailer"]), (&json!([0, 7]), &json!([7, 8])));
        assert_eq!(layer["problem"], json!(null));
        assert_eq!(
            layer["fields"][0],
            json!({
                "filter": "amqp.type",
                "name": "Type",
                "source": "AMQP 0-9-1 section 4.2.3",
                "key": "field.amqp.type",
                "octets": [0, 1],
                "bits": null,
                "value": "8",
                "meaning": "heartbeat",
                "remark": null,
                "fields": [],
            })
        );
    }
}

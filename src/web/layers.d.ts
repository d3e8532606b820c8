/** A range of octets: the first, and the one behind the last. */
export type OctetRange = [first: number, end: number];

/** A field of a header, or one that follows from others. */
export interface LayerField {
  /** The name by which Wireshark filters; empty for a line of text. */
  filter: string;
  /** The name in the standard, and the standard; null when the field is not listed. */
  name: string | null;
  source: string | null;
  /** The key of its explanation in the catalogue; null when it has none. */
  key: string | null;
  /** Its octets, counted as those of its layer; null when it stands nowhere. */
  octets: OctetRange | null;
  /** Its bits, counted from the highest of the first octet, when it does not fill its octets. */
  bits: OctetRange | null;
  /** As Wireshark writes it. */
  value: string;
  /** What the number stands for. */
  meaning: string | null;
  remark: { key: string; severity: "chat" | "note" | "warning" | "error" } | null;
  fields: LayerField[];
}

/** What one protocol added to what it carries. */
export interface Layer {
  /** The name by which Wireshark filters: `eth`, `ip`, `tcp`, `amqp`. */
  protocol: string;
  name: string;
  /** The standard. */
  source: string;
  /** The key of its explanation in the catalogue. */
  key: string;
  /** Its number in the OSI model, and the key of the layer's name. */
  osi: { number: number; key: string };
  /** The key of the name of its layer in the TCP/IP model. */
  tcp_ip: string;
  /** Ranges count the octets of the packet, or of `octets` when that is not null. */
  header: OctetRange;
  payload: OctetRange;
  trailer: OctetRange;
  fields: LayerField[];
  problem: { code: string; key: string } | null;
  /** Set when the layer goes on in a later packet. */
  piece: { at: number; total: number | null } | null;
  /** All octets of a layer that came in several packets. */
  octets: number[] | null;
  /** Where these came from. */
  pieces: { packet: number; start: number; length: number }[] | null;
  is_quoted: boolean;
}

/** A frame of a capture, taken apart. */
export interface Frame {
  /** Its place among all packets of the file, from 0. */
  place: number;
  /** When it was taken, in microseconds. */
  time: number;
  /** From Ethernet up; empty when its link is not Ethernet. */
  layers: Layer[];
  /** As they are on the link. */
  octets: Uint8Array<ArrayBuffer>;
}

/** Errors are `Error` objects with these in addition. */
export interface QueuescopeError extends Error {
  /** Stable: `no-capture`, `capture-cut-short`, `capture-link-unknown`. */
  code: string;
  /** Empty. */
  place: string;
}

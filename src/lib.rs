//! Queuescope: a message-queue simulator.

pub mod amqp;
pub mod ids;
pub mod time;

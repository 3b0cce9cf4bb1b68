package dev.sluice.server.http;

import io.netty.channel.Channel;

/// A connection handed over by [Exchange#takeOver].
///
/// @param channel with nothing of HTTP left in its pipeline
/// @param chunked whether the body is to be written as chunks (RFC 9112 §7.1), last chunk and all, before the
/// connection
///                is closed; else it just ends with the connection, or is no HTTP any more
public record TakeOver(Channel channel, boolean chunked) {}

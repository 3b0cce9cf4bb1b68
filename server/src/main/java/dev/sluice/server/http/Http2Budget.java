package dev.sluice.server.http;

import dev.sluice.server.net.StreamLimit;
import dev.sluice.server.net.UnsentBytes;

/// The limits of all HTTP/2 connections together.
///
/// @param streams  open at a time
/// @param full     answers the requests of further ones
/// @param inFlight takes the bytes of bodies that wait for the server
/// @param unsent   limits the bytes of streams that wait for their clients
public record Http2Budget(StreamLimit streams, Route full, InFlightBytes inFlight, UnsentBytes unsent) {}

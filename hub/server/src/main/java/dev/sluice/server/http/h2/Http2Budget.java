package dev.sluice.server.http.h2;

import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Route;
import dev.sluice.server.net.OpenLimit;
import dev.sluice.server.net.outlet.UnsentBytes;

/// The limits of all HTTP/2 connections together.
///
/// @param streams  open at a time; as a stream holds about as much as a connection of HTTP/1.1, there may be as many
/// @param full     answers the requests of further ones
/// @param inFlight takes the bytes of bodies that wait for the server
/// @param unsent   limits the bytes of streams that wait for their clients
public record Http2Budget(OpenLimit streams, Route full, InFlightBytes inFlight, UnsentBytes unsent) {}

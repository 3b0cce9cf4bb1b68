package dev.sluice.server.http.h2;

import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Route;
import dev.sluice.server.net.OpenLimit;
import dev.sluice.server.net.outlet.UnsentBytes;

/// The limits of all HTTP/2 connections together.
///
/// @param streams  limits the open streams. A stream holds about as much memory as an HTTP/1.1 connection, so as
///                 many streams as connections are admitted
/// @param full     answers the requests of streams beyond the limit
/// @param inFlight counts the bytes of bodies that wait for the server
/// @param unsent   limits the bytes of streams that wait for their clients
public record Http2Budget(OpenLimit streams, Route full, InFlightBytes inFlight, UnsentBytes unsent) {}

package dev.sluice.server.http.exchange;

import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Route;
import dev.sluice.server.net.OpenLimit;
import dev.sluice.server.net.outlet.UnsentBytes;

/// The limits of all connections together, most of them of HTTP/2.
///
/// @param streams   limits the open streams of HTTP/2. A stream holds about as much memory as an HTTP/1.1
///                  connection, so as many streams as connections are admitted
/// @param full      answers the requests of streams beyond the limit
/// @param inFlight  counts the bytes of bodies that wait for the server
/// @param unsent    limits the bytes of streams that wait for their clients
/// @param answers   counts the bytes of answers that wait for their clients
/// @param headBytes the heap for the cached heads of a listener on one event loop
public record HttpBudget(
        OpenLimit streams,
        Route full,
        InFlightBytes inFlight,
        UnsentBytes unsent,
        InFlightBytes answers,
        int headBytes) {}

package dev.sluice.server.auth.hook;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/// Settings of the requests with which the hub asks the application about permissions.
///
/// @param url           the address to which the hub sends its questions
/// @param timeout       the maximum time for an answer, including the wait in the queue
/// @param cacheMax      the time for which an answer is reused
/// @param grace         the additional time for which an answer is reused for a resume while the application
///                      does not answer
/// @param concurrentMax the maximum number of questions in flight
/// @param waitingMax    the maximum number of questions in the queue; further ones are refused
/// @param headers       names of the request's headers that are sent to the application
/// @param cookies       names of the request's cookies that are sent to the application
public record HookSettings(
        URI url,
        Duration timeout,
        Duration cacheMax,
        Duration grace,
        int concurrentMax,
        int waitingMax,
        List<String> headers,
        List<String> cookies) {
    public HookSettings {
        headers = List.copyOf(headers);
        cookies = List.copyOf(cookies);
    }
}

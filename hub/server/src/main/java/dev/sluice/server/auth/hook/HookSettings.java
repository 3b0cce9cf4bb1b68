package dev.sluice.server.auth.hook;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/// How the hub asks the application what a caller may do.
///
/// @param url           where the hub sends its questions
/// @param timeout       how long an answer may take, with the wait for a free place
/// @param cacheMax      how long an answer is used again
/// @param grace         how much longer an answer is used for a resume while the application does not answer
/// @param concurrentMax questions in flight
/// @param waitingMax    questions that wait for a place among them; a further one is refused
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

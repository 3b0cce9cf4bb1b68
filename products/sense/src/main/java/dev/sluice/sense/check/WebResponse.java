package dev.sluice.sense.check;

import java.time.Duration;
import okhttp3.Headers;

/// The response of a web application.
///
/// @param body    the beginning of the body as text; empty if no condition concerns it
/// @param isWhole whether that is the complete body
/// @param latency the time from the request to the last byte that was read
public record WebResponse(int status, Headers headers, String body, boolean isWhole, Duration latency) {}

package dev.sluice.sense.check;

import java.time.Duration;
import okhttp3.Headers;

/// The answer of a web application.
///
/// @param body    its beginning as text; empty if nothing is expected of it
/// @param isWhole whether that is all of it
/// @param latency from the request to the last byte that was read
public record WebResponse(int status, Headers headers, String body, boolean isWhole, Duration latency) {}

package dev.sluice.sense.check;

import java.net.http.HttpHeaders;
import java.time.Duration;

/// The answer of a web application.
///
/// @param body    its beginning as text
/// @param latency from the request to the last byte that was read
public record HttpAnswer(int status, HttpHeaders headers, String body, Duration latency) {}

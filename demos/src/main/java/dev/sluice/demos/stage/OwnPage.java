package dev.sluice.demos.stage;

import dev.sluice.Request;

/// Streams that open something for their page. They are `GET` requests, as an EventSource sends no others, so a page of
/// another site could make them by a frame or an image, and take all places.
final class OwnPage {
    private OwnPage() {}

    /// Whether a page of this server asks, as far as its browser says (Fetch Metadata). Other programs say nothing.
    static boolean asks(Request request) {
        return request.header("Sec-Fetch-Site").map("same-origin"::equals).orElse(true);
    }
}

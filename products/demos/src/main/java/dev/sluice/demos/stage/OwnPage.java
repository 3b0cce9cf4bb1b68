package dev.sluice.demos.stage;

import dev.sluice.Request;

/// Guards streams that open something for their page. They are `GET` requests, because an EventSource sends no others,
/// so a page of another site could open them with a frame or an image, and take all places.
final class OwnPage {
    private OwnPage() {}

    /// Returns false if the browser says that a page of another site asks (Fetch Metadata). Other programs do not send
    /// the header.
    static boolean asks(Request request) {
        return request.header("Sec-Fetch-Site").map("same-origin"::equals).orElse(true);
    }
}

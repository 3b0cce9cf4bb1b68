package dev.sluice.demos.stage;

import dev.sluice.Request;

/// Guards streams that allocate something for their page. They are `GET` requests, because EventSource can
/// send no others, so a page of another site could open them with a frame or an image until the limit is
/// reached.
final class OwnPage {
    private OwnPage() {}

    /// Returns false if the browser says that the request comes from a page of another site (Fetch Metadata).
    /// Clients other than browsers do not send the header.
    static boolean asks(Request request) {
        return request.header("Sec-Fetch-Site").map("same-origin"::equals).orElse(true);
    }
}

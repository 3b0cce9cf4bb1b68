package dev.sluice.app.doctor;

import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Interprets answers that are not from the hub's doctor, and finds their source.
final class UnexpectedResponse {
    private UnexpectedResponse() {}

    /// @param json the body; null if it is not an object
    static Finding finding(HubPath path, HttpResponse<String> answer, @Nullable JsonNode json) {
        String type = json == null ? "" : json.path("type").asString("");
        String detail =
                json == null ? "" : PlainText.beginning(json.path("detail").asString(""));
        return switch (type) {
            case "/problems/proxy-refused" -> Finding.error("hub-refuses-proxy", "the hub answered: " + detail);
            case "/problems/host-refused" ->
                Finding.error(
                        detail.contains("'" + path.hub().getHost() + "'") ? "hub-refuses-host" : "host-rewritten",
                        "the hub answered: " + detail);
            case "/problems/not-found" ->
                Finding.error(
                        detail.contains("'/doctor/") ? "doctor-unknown" : "prefix-kept", "the hub answered: " + detail);
            case "/problems/forbidden", "/problems/unauthorized", "/problems/bad-token", "/problems/token-expired" ->
                Finding.error(
                        "doctor-off",
                        path.key() == null
                                ? "the hub requires a key or token, and the doctor has none"
                                : "the hub answered: " + detail);
            case "/problems/too-many", "/problems/full" ->
                // The hub uses the same problems for clients that send too much, and for its own overload.
                Finding.error(detail.contains("doctor") ? "doctor-busy" : "hub-refuses", "the hub answered: " + detail);
            case "" -> foreign(answer);
            default ->
                type.startsWith("/problems/")
                        ? Finding.error("hub-refuses", "the hub answered: " + detail)
                        : foreign(answer);
        };
    }

    /// Returns true if the hub serves other doctors now, or is overloaded.
    static boolean isBusy(HttpResponse<String> answer) {
        @Nullable JsonNode json = HubPath.object(answer);
        String type = json == null ? "" : json.path("type").asString("");
        return type.equals("/problems/too-many") || type.equals("/problems/full");
    }

    private static Finding foreign(HttpResponse<String> answer) {
        return switch (answer.statusCode()) {
            case 502, 503, 504 -> Finding.error("hub-unreachable", "a proxy answered: " + HubPath.describe(answer));
            default ->
                Finding.error(
                        "portal",
                        "another server answered: " + HubPath.describe(answer)
                                + answer.headers()
                                        .firstValue("Location")
                                        .map(to -> ", to " + PlainText.beginning(to))
                                        .orElse(""));
        };
    }
}

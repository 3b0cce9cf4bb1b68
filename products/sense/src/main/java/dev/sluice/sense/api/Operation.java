package dev.sluice.sense.api;

import dev.sluice.Responder;
import dev.sluice.Routes;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One operation of the API: its route and its part of the OpenAPI document, so that they can't differ.
///
/// @param id      the name in the document
/// @param path    the path below `/sense/api`; `{name}` is one segment
/// @param query   the query parameters with their descriptions
/// @param body    the schema of the request body; null if there is none
/// @param answer  the schema of the response body; null if the response is 204
/// @param handler handles the requests
record Operation(
        Access access,
        String id,
        String method,
        String path,
        String summary,
        Map<String, String> query,
        @Nullable String body,
        @Nullable String answer,
        Responder handler) {
    /// The callers that may use an operation.
    enum Access {
        /// Callers that may subscribe to `sense/**`.
        READERS("For readers of `sense/**`."),
        /// Administrators of the hub.
        ADMINS("For administrators of the hub.");

        private final String description;

        Access(String description) {
            this.description = description;
        }

        String description() {
            return description;
        }
    }

    static Operation read(String id, String path, String summary, String answer, Responder handler) {
        return new Operation(Access.READERS, id, "GET", path, summary, Map.of(), null, answer, handler);
    }

    static Operation readForAdmins(String id, String path, String summary, String answer, Responder handler) {
        return new Operation(Access.ADMINS, id, "GET", path, summary, Map.of(), null, answer, handler);
    }

    static Operation send(
            String id,
            String method,
            String path,
            String summary,
            String body,
            @Nullable String answer,
            Responder handler) {
        return new Operation(Access.ADMINS, id, method, path, summary, Map.of(), body, answer, handler);
    }

    static Operation remove(String id, String path, String summary, Responder handler) {
        return new Operation(Access.ADMINS, id, "DELETE", path, summary, Map.of(), null, null, handler);
    }

    Operation with(Map<String, String> parameters) {
        return new Operation(access, id, method, path, summary, parameters, body, answer, handler);
    }

    /// Returns the names of the path parameters in order.
    List<String> names() {
        return java.util.regex.Pattern.compile("\\{(\\w+)}")
                .matcher(path)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    void on(Routes routes) {
        String route = path.replaceAll("\\{\\w+}", "*");
        switch (method) {
            case "GET" -> routes.get(route, handler);
            case "POST" -> routes.post(route, handler);
            case "PUT" -> routes.put(route, handler);
            case "DELETE" -> routes.delete(route, handler);
            default -> throw new IllegalArgumentException("there are no routes for " + method);
        }
    }
}

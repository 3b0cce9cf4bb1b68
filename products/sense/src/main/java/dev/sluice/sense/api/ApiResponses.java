package dev.sluice.sense.api;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.sense.config.Fault;
import dev.sluice.sense.config.InvalidSenseException;
import dev.sluice.sense.json.SenseJson;
import dev.sluice.sense.monitor.EditConflictException;
import dev.sluice.sense.monitor.Precondition;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Responses and problems (RFC 9457) of the API.
final class ApiResponses {
    private ApiResponses() {}

    static Response ok(Object value) {
        return Response.json(value);
    }

    static Response done() {
        return Response.empty().status(204);
    }

    static Response notFound(String what) {
        return problem(404, "not-found", "There is no such " + what, what + " not found", List.of());
    }

    static Response invalid(InvalidSenseException invalid) {
        return problem(
                400,
                "bad-definition",
                "The definition has mistakes",
                String.valueOf(invalid.getMessage()),
                invalid.faults());
    }

    static Response bad(String detail) {
        return problem(400, "bad-request", "The request has a mistake", detail, List.of());
    }

    static Response conflict(String detail) {
        return problem(409, "conflict", "This is not possible now", detail, List.of());
    }

    static Response changed(EditConflictException changed) {
        return problem(
                412,
                "changed-meanwhile",
                "Somebody else has changed it",
                String.valueOf(changed.getMessage()),
                List.of());
    }

    private static Response problem(int status, String type, String title, String detail, List<Fault> faults) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("type", "/problems/sense-" + type);
        all.put("title", title);
        all.put("status", status);
        all.put("detail", detail);
        if (!faults.isEmpty()) {
            all.put(
                    "faults",
                    faults.stream()
                            .map(fault -> Map.of("key", fault.key(), "message", fault.message()))
                            .toList());
        }
        byte[] body = SenseJson.write(all).getBytes(StandardCharsets.UTF_8);
        return Response.of("application/problem+json", body).status(status);
    }

    /// Handles a request whose body is a JSON object.
    @FunctionalInterface
    interface WithBody {
        Response answer(Map<String, Object> body)
                throws InvalidSenseException, EditConflictException, InterruptedException;
    }

    /// Reads the body, and turns exceptions about its contents into problems.
    static Response reading(Request request, WithBody with) throws InterruptedException {
        Map<String, Object> body;
        try {
            body = request.body().length == 0 ? Map.of() : SenseJson.object(request.text());
        } catch (IllegalArgumentException invalid) {
            return bad("The body is not a JSON object: " + invalid.getMessage() + ".");
        }
        try {
            return with.answer(body);
        } catch (InvalidSenseException invalid) {
            return invalid(invalid);
        } catch (EditConflictException changed) {
            return changed(changed);
        }
    }

    /// Returns the version of a definition that the request expects.
    static Precondition precondition(Request request) {
        return new Precondition(
                request.header("If-Match").orElse(""),
                request.header("If-None-Match").orElse(""));
    }

    /// Returns a response with a definition and its version.
    static Response versioned(Object definition, Optional<String> version) {
        Response response = ok(definition);
        return version.map(each -> response.header("ETag", Precondition.tag(each)))
                .orElse(response);
    }

    /// Returns a number of the query within limits; an invalid number counts as missing.
    static long number(Request request, String name, long otherwise, long min, long max) {
        try {
            return Math.clamp(request.query(name).map(Long::parseLong).orElse(otherwise), min, max);
        } catch (NumberFormatException invalid) {
            return otherwise;
        }
    }

    /// Returns the id in the path, or -1, which no object has, if it is invalid.
    static long id(Request request) {
        try {
            return Long.parseLong(request.stars().getFirst());
        } catch (NumberFormatException invalid) {
            return -1;
        }
    }

    /// Returns a text of the body, cut to a length, or "" if it is missing.
    static String text(Map<String, Object> body, String key, int max) {
        String text = body.get(key) instanceof String value ? value.strip() : "";
        return text.length() <= max ? text : text.substring(0, max);
    }
}

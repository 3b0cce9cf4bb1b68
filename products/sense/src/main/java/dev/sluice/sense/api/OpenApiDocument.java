package dev.sluice.sense.api;

import dev.sluice.sense.config.DefinitionParser;
import dev.sluice.sense.json.SenseJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The API as an OpenAPI document, from the operations and the schemas in `schemas.json`.
final class OpenApiDocument {
    private static final String DESCRIPTION =
            "States, incidents and settings of Sense. Its channels have the same data live. Objects may get further members.";

    private OpenApiDocument() {}

    static Map<String, Object> of(List<Operation> operations, DefinitionParser parser) {
        Map<String, Map<String, Object>> paths = new LinkedHashMap<>();
        for (Operation each : operations)
            paths.computeIfAbsent(each.path(), _ -> new LinkedHashMap<>())
                    .put(each.method().toLowerCase(java.util.Locale.ROOT), operation(each));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.1.0");
        document.put("info", Map.of("title", "Sense", "version", "1", "description", DESCRIPTION));
        document.put("servers", List.of(Map.of("url", "/sense/api")));
        document.put("paths", paths);
        document.put("components", Map.of("schemas", schemas(parser), "securitySchemes", security()));
        document.put("security", List.of(Map.of(), Map.of("token", List.of())));
        return document;
    }

    private static Map<String, Object> security() {
        return Map.of("token", Map.of("type", "http", "scheme", "bearer"));
    }

    private static Map<String, Object> schemas(DefinitionParser parser) {
        try (var resource = Objects.requireNonNull(OpenApiDocument.class.getResourceAsStream("schemas.json"))) {
            return SenseJson.object(new String(resource.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("\"@check-types\"", types(parser.checkTypes().keySet()))
                    .replace("\"@notifier-types\"", types(parser.notifierTypes().keySet())));
        } catch (IOException broken) {
            throw new UncheckedIOException("schemas.json can't be read from the class path", broken);
        }
    }

    private static String types(Set<String> types) {
        return SenseJson.write(new TreeSet<>(types)).replaceAll("^\\[|]$", "");
    }

    private static Map<String, Object> operation(Operation operation) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("operationId", operation.id());
        all.put("summary", operation.summary());
        all.put("description", operation.access().description());
        List<Map<String, Object>> parameters = new ArrayList<>();
        for (String name : operation.names()) parameters.add(parameter("path", name, ""));
        new TreeMap<>(operation.query()).forEach((name, about) -> parameters.add(parameter("query", name, about)));
        if (!parameters.isEmpty()) all.put("parameters", parameters);
        if (operation.body() != null)
            all.put("requestBody", Map.of("required", true, "content", json("application/json", operation.body())));
        Map<String, Object> responses = new LinkedHashMap<>();
        if (operation.answer() == null) responses.put("204", Map.of("description", "Done."));
        else responses.put("200", response("The answer.", "application/json", operation.answer()));
        responses.put("default", response("A problem (RFC 9457).", "application/problem+json", "Problem"));
        all.put("responses", responses);
        return all;
    }

    private static Map<String, Object> parameter(String in, String name, String about) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("name", name);
        all.put("in", in);
        if (in.equals("path")) all.put("required", true);
        if (!about.isEmpty()) all.put("description", about);
        all.put("schema", Map.of("type", "string"));
        return all;
    }

    private static Map<String, Object> response(String about, String type, String schema) {
        return Map.of("description", about, "content", json(type, schema));
    }

    private static Map<String, Object> json(String type, @Nullable String schema) {
        return Map.of(type, Map.of("schema", Map.of("$ref", "#/components/schemas/" + schema)));
    }
}

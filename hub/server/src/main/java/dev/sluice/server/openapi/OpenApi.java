package dev.sluice.server.openapi;

import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.json.Json;
import dev.sluice.server.subscribe.SubscribeParameter;
import dev.sluice.server.subscribe.TransportSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// `/openapi.json`: the OpenAPI document. It is written by hand, with places marked by `@` for the parameters of
/// subscriptions and the media types of transports, which come from their lists, and for the paths of a hub with
/// keys or grants. A test checks it against the running
/// server.
public final class OpenApi implements Route {
    private static final String JSON = "application/json";

    private final Supplier<String> text;

    /// Null until the first request: building it would delay the start.
    private volatile byte @Nullable [] document;

    /// @param parameters the parameters of subscriptions
    /// @param transports the transports that a client can ask for
    /// @param hasLogins  whether there are logins and revocations
    /// @param hasSettings whether operators can read the configuration
    /// @param hasReload  whether operators can reload the configuration
    public OpenApi(
            List<SubscribeParameter<?>> parameters,
            List<TransportSpec> transports,
            boolean hasLogins,
            boolean hasSettings,
            boolean hasReload) {
        text = () -> text(parameters, transports, hasLogins, hasSettings, hasReload);
    }

    private static String text(
            List<SubscribeParameter<?>> parameters,
            List<TransportSpec> transports,
            boolean hasLogins,
            boolean hasSettings,
            boolean hasReload) {
        List<SubscribeParameter<?>> single =
                parameters.stream().filter(each -> !each.isRepeated()).toList();
        String content = transports.stream()
                .map(TransportSpec::mediaType)
                .filter(type -> type != null && !type.equals(JSON)) // JSON has a schema, written by hand.
                .map(type -> "\"" + type + "\": {\"schema\": {\"type\": \"string\"}},")
                .collect(Collectors.joining("\n"));
        String components = parameters.stream()
                .map(each -> "\"" + each.name() + "\": " + component(each) + ",")
                .collect(Collectors.joining("\n"));
        return resource("openapi.json")
                .replace("\"@parameters\",", references(parameters))
                // If the path names the channel, the parameter that names further channels is left out.
                .replace("\"@parameters of one channel\",", references(single))
                .replace("\"@access\": {},", hasLogins ? resource("access.json") : "")
                .replace("\"@settings\": {},", hasSettings ? resource("settings.json") : "")
                .replace("\"@reload\": {},", hasReload ? resource("reload.json") : "")
                .replace("\"@content\": {},", content)
                .replace("\"@components\": {},", components);
    }

    private static String references(List<SubscribeParameter<?>> parameters) {
        return parameters.stream()
                .map(each -> "{\"$ref\": \"#/components/parameters/" + each.name() + "\"},")
                .collect(Collectors.joining("\n"));
    }

    private static String component(SubscribeParameter<?> parameter) {
        byte[] json = Json.bytes(out -> {
            out.writeStartObject();
            writeMembers(out, parameter);
            out.writeEndObject();
        });
        return new String(json, StandardCharsets.UTF_8).strip();
    }

    private static void writeMembers(JsonGenerator json, SubscribeParameter<?> parameter) {
        json.writeStringProperty("name", parameter.name());
        json.writeStringProperty("in", "query");
        json.writeStringProperty("description", parameter.description());
        json.writeName("schema");
        json.writeRawValue(parameter.type().schema());
        if (parameter.isRepeated()) {
            json.writeStringProperty("style", "form");
            json.writeBooleanProperty("explode", true);
        }
    }

    private static String resource(String name) {
        try (InputStream resource = Objects.requireNonNull(OpenApi.class.getResourceAsStream(name))) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(name + " can't be read from the class path", broken);
        }
    }

    @Override
    public void handle(Exchange exchange) {
        byte[] known = document;
        if (known == null) document = known = text.get().getBytes(StandardCharsets.UTF_8);
        exchange.answer(ServerResponse.json(Status.OK, known).compressible().shared());
    }
}

package dev.sluice.server.subscribe;

import dev.sluice.server.http.head.Parameters;
import java.util.function.BiConsumer;

/// One parameter of a subscription, for a URL, a session's message and `/openapi.json`.
///
/// @param group       the group, which determines the transports that accept it
/// @param description for `/openapi.json`
/// @param isRepeated  whether it may be given several times
/// @param set         puts the value into the request
public record SubscribeParameter<T>(
        String name,
        ParameterGroup group,
        ParameterType<T> type,
        String description,
        boolean isRepeated,
        BiConsumer<SubscribeRequest.Builder, T> set) {
    public SubscribeParameter(
            String name,
            ParameterGroup group,
            ParameterType<T> type,
            String description,
            BiConsumer<SubscribeRequest.Builder, T> set) {
        this(name, group, type, description, false, set);
    }

    /// Reads the parameter if it is given.
    void read(Parameters query, TransportSpec transport, SubscribeRequest.Builder request) {
        if (query.has(name)) set.accept(request, type.reader().read(query, name, transport));
    }
}

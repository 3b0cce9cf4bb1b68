package dev.sluice.server.subscribe;

import java.util.Set;

/// A parameter that no hub has.
public final class MadeUpParameter {
    /// `only=TYPE`: selects one type of events.
    public static final SubscribeParameter<String> ONLY = new SubscribeParameter<>(
            "only",
            ParameterGroup.FILTER,
            ParameterType.text(),
            "One type.",
            (request, type) -> request.types = Set.of(type));

    private MadeUpParameter() {}
}

package dev.sluice.server.subscribe;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.InvalidNameException;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.presence.PresenceParameters;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Parses subscribe requests by one list of parameters, for URLs and for messages of sessions. Immutable; may be
/// used from any thread.
///
/// @param all      the parameters in the order in which they are read and documented
/// @param presence validates `join` and the client's name
public record SubscribeParser(
        List<SubscribeParameter<?>> all, SubscribeSettings settings, PresenceParameters presence) {
    public SubscribeParser {
        all = List.copyOf(all);
    }

    /// Parses the names of channels and patterns.
    ///
    /// @param field the parameter or member with the names, for the refusal
    /// @throws dev.sluice.server.http.head.ProblemException if a name is invalid, or there are too many names
    public static Selection channels(List<String> names, String field) {
        if (names.size() > Selection.PATTERNS_MAX) {
            throw Problems.BAD_PARAMETER.refused(
                    field,
                    "A selection has at most " + Selection.PATTERNS_MAX + " names, this one has " + names.size()
                            + ": use wildcards, or several subscriptions.");
        }
        try {
            return new Selection(names.stream().map(Pattern::of).toList());
        } catch (InvalidNameException invalid) {
            throw Problems.BAD_NAME.refused(field, "The channel " + invalid.getMessage() + ".");
        }
    }

    /// The names of the parameters of which a transport accepts a single value.
    public Set<String> names(TransportSpec transport) {
        return names(each -> transport.takes(each.group()) && !each.isRepeated());
    }

    private Set<String> names(Predicate<SubscribeParameter<?>> condition) {
        return all.stream()
                .filter(condition)
                .map(SubscribeParameter::name)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /// @param lastEventId the header by which a broken connection resumes; null for a first connection
    /// @param client      the client's identity; null if it has none
    /// @param grant       the grant of the caller, whose share of the hub's members may be exhausted
    /// @throws dev.sluice.server.http.head.ProblemException   with a detail for the author of the URL or message
    /// @throws dev.sluice.core.access.AccessDeniedException if the request joins and the grant does not permit
    ///     that
    public SubscribeRequest parse(
            Selection channels,
            Parameters query,
            TransportSpec transport,
            @Nullable String lastEventId,
            @Nullable String client,
            Grant grant) {
        query.allow(names(each -> !each.isRepeated()), names(SubscribeParameter::isRepeated));
        SubscribeRequest.Builder request = read(query, transport);
        // EventSource repeats the URL of its first connection, and event-source-polyfill its parameter
        // lastEventId, so the header takes precedence.
        if (lastEventId != null) request.lastEventId = lastEventId;
        return request.build(transport, channels, client, presence, grant);
    }

    /// Parses the parameters of a stream that is not a subscription. Other parameters are unknown there.
    ///
    /// @param transport the requested transport
    /// @param widest    the transport that accepts all parameters known there
    public StreamOptions parseStream(Parameters query, TransportSpec transport, TransportSpec widest) {
        query.allow(names(widest));
        SubscribeRequest.Builder request = read(query, transport);
        return new StreamOptions(request.heartbeat.interval(), request.paddingBytes);
    }

    /// Reads the parameters that a transport accepts, and refuses other known parameters.
    private SubscribeRequest.Builder read(Parameters query, TransportSpec transport) {
        for (SubscribeParameter<?> each : all) {
            if (query.has(each.name()) && !transport.takes(each.group())) throw transport.refused(each.name());
        }
        requireOneStart(query);
        SubscribeRequest.Builder request = new SubscribeRequest.Builder(settings);
        for (SubscribeParameter<?> each : all) each.read(query, transport, request);
        return request;
    }

    /// A flag that is false, as in `snapshot=false`, does not count.
    private void requireOneStart(Parameters query) {
        Set<ParameterGroup> starts = Set.of(ParameterGroup.START, ParameterGroup.BEFORE);
        List<String> given = List.copyOf(names(each -> starts.contains(each.group())
                && !query.text(each.name()).orElse("false").equals("false")));
        if (given.size() <= 1) return;
        throw Problems.BAD_PARAMETER.refused(
                given.get(1),
                "The parameters '" + String.join("' and '", given)
                        + "' each say where to begin: leave all but one out.");
    }
}

package dev.sluice.server.subscribe;

import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.Problems;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Reads parameters by one list, for URLs and for the messages of sessions. Immutable, safe to share.
///
/// @param all in the order in which they are read and documented
public record SubscribeParameters(List<SubscribeParameter<?>> all) {
    public SubscribeParameters {
        all = List.copyOf(all);
    }

    /// The names of the parameters of which a transport takes one value.
    public Set<String> names(TransportSpec transport) {
        return names(each -> transport.takes(each.group()) && !each.isRepeated());
    }

    private Set<String> names(Predicate<SubscribeParameter<?>> condition) {
        return all.stream()
                .filter(condition)
                .map(SubscribeParameter::name)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /// Reads the parameters that a transport takes.
    ///
    /// @throws dev.sluice.server.http.head.ProblemException if one is unknown, has an invalid value, is given
    ///     twice, or is
    /// not for this transport
    SubscribeDraft read(Parameters query, TransportSpec transport) {
        query.allow(names(each -> !each.isRepeated()), names(SubscribeParameter::isRepeated));
        return readKnown(query, transport);
    }

    /// Reads the parameters that a transport takes, and refuses other known ones.
    SubscribeDraft readKnown(Parameters query, TransportSpec transport) {
        for (SubscribeParameter<?> each : all) {
            if (query.has(each.name()) && !transport.takes(each.group())) throw transport.refused(each.name());
        }
        requireOneStart(query);
        SubscribeDraft draft = new SubscribeDraft();
        for (SubscribeParameter<?> each : all) each.read(query, transport, draft);
        return draft;
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

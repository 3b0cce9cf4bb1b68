package dev.sluice.server.transport;

import dev.sluice.core.delivery.Ending;
import dev.sluice.core.log.Gap;
import dev.sluice.server.http.Problem;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Refused;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Why a reader is refused, at the start or in mid-stream.
public final class Refusals {
    private Refusals() {}

    public static Refused gap(Gap gap) {
        return new Refused(gapProblem(gap));
    }

    public static Refused unavailable(String why) {
        return new Refused(unavailableProblem(why));
    }

    /// What a stream's end is in terms of HTTP. Null: it is no refusal.
    public static @Nullable Problem of(Ending ending) {
        return switch (ending) {
            case Ending.Missing(Gap gap) -> gapProblem(gap);
            case Ending.TooFarBehind(var at) ->
                Problems.FULL
                        .of(
                                "This reader is further behind than the channel allows. Come back with its cursor to go on.")
                        .withMember("cursor", at.text());
            case Ending.Unavailable(String why) -> unavailableProblem(why);
            case Ending.Complete _, Ending.Stopping _, Ending.ByClient _ -> null;
        };
    }

    private static Problem gapProblem(Gap gap) {
        return Problems.GAP
                .of("Events behind " + Problems.quoted(gap.after()) + " are gone ("
                        + gap.reason().name().toLowerCase(Locale.ROOT) + "). Begin again with after="
                        + gap.resume().text() + ", or with gap=event to be told and go on.")
                .withMember("after", gap.after())
                .withMember("resume", gap.resume().text())
                .withMember("reason", gap.reason().name().toLowerCase(Locale.ROOT));
    }

    private static Problem unavailableProblem(String why) {
        return Problems.NOT_READY
                .of("The hub can't read on from here now: " + why + ". Try again with the same cursor.")
                .withHeader("Retry-After", "1");
    }
}

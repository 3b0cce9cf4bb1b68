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

    public static Refused tooFar(String why) {
        return Problems.SEARCH_TOO_LONG.refused("The hub can't find where this begins: " + why + ".");
    }

    /// What a stream's end is in terms of HTTP. Null: it is no refusal.
    public static @Nullable Problem of(Ending ending) {
        return switch (ending) {
            case Ending.Missing(Gap gap) -> gapProblem(gap);
            case Ending.TooFarBehind(var at) ->
                Problems.TOO_FAR_BEHIND
                        .of(
                                "More has come than the channel lets a reader be behind. Come back with the cursor to go on.")
                        .withMember("cursor", at.text());
            case Ending.Unavailable(String why) -> unavailableProblem(why);
            case Ending.Complete _, Ending.Stopping _, Ending.ByClient _ -> null;
        };
    }

    private static Problem gapProblem(Gap gap) {
        return Problems.GAP
                .of("Events behind " + Problems.quoted(gap.after()) + " are gone ("
                        + gap.reason().name().toLowerCase(Locale.ROOT) + "). " + advice(gap))
                .withMember("after", gap.after())
                .withMember("resume", gap.resume().text())
                .withMember("reason", gap.reason().name().toLowerCase(Locale.ROOT));
    }

    /// Where something kept lies in front of the hole, there is no place behind it that skips nothing.
    private static String advice(Gap gap) {
        String resume = gap.resume().text();
        if (resume.equals(gap.after())) return "Ask with gap=event to be told and go on, or begin with after=earliest.";
        return "Begin again with after=" + resume + ", or with gap=event to be told and go on.";
    }

    private static Problem unavailableProblem(String why) {
        return Problems.NOT_READY
                .of("The hub can't read from here now: " + why + ". Ask again for the same.")
                .withHeader("Retry-After", "1");
    }
}

package dev.sluice.load;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/// The paths of the channels of one run. Each run uses new names, so that its channels are empty.
final class Paths {
    private static final String CHANNEL = "{channel}";
    private static final String HUB = "/channels";

    private final Plan plan;
    private final String run =
            "bench-" + Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36, 36 * 36 * 36 * 36), 36);

    Paths(Plan plan) {
        this.plan = plan;
    }

    String name(int channel) {
        return run + "-" + channel;
    }

    /// @param subset bit n stands for channel n; 0 for `channel` alone
    String subscribe(int channel, int subset) {
        var given = plan.subscribePath();
        String path;
        if (subset != 0) path = HUB + names(subset);
        else path = (given == null ? plan.protocol().hubPath() : given).replace(CHANNEL, name(channel));
        return plan.target().base() + path;
    }

    private String names(int subset) {
        var names = new StringBuilder();
        for (int channel = 0; channel < plan.channels(); channel++) {
            if ((subset >> channel & 1) == 0) continue;
            names.append(names.isEmpty() ? '?' : '&').append("name=").append(name(channel));
        }
        return names.toString();
    }

    String publish(int channel) {
        if (plan.batch() > 1) return plan.target().base() + HUB;
        var given = plan.publishPath();
        if (given == null) given = HUB + "/" + CHANNEL + (plan.publishesOverWebSocket() ? "?envelope=raw" : "");
        return plan.target().base() + given.replace(CHANNEL, name(channel));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

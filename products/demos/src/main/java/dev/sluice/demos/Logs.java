package dev.sluice.demos;

import dev.sluice.Channel;
import dev.sluice.Message;
import dev.sluice.Routes;
import dev.sluice.Sluice;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/// The hub's own log, live. The records come from the logging of this process; no file is opened, and
/// visitors cannot select what is shown. Every two seconds a record of the hub's connections is added.
final class Logs implements Use {
    static final String CHANNEL = "demos/logs";

    private static final Duration PERIOD = Duration.ofMillis(250);
    private static final int STEPS_PER_PULSE = 8;

    private final LogTail tail;
    private int steps;

    Logs() {
        this(new LogTail());
    }

    Logs(LogTail tail) {
        this.tail = tail;
    }

    @Override
    public String name() {
        return "logs";
    }

    @Override
    public Map<String, String> retention() {
        return Map.of("retention.max_events", "1000", "retention.max_age", "1h");
    }

    @Override
    public void on(Sluice hub, Routes routes) {
        onStage(hub, routes);
        tail.open();
        hub.onClose(tail::close);
    }

    /// Shows the records of connections alone: the log of this process is that of the other hub.
    @Override
    public void onStage(Sluice hub, Routes routes) {
        Use.watched(hub, routes, new Feed(hub, CHANNEL, PERIOD, () -> step(hub)));
    }

    private boolean step(Sluice hub) {
        if (steps++ % STEPS_PER_PULSE == 0) {
            String pulse = "pulse connections=" + hub.connections() + " programs=" + hub.running();
            tail.add(new LogTail.Line(Instant.now(), "FINE", "Logs", pulse));
        }
        return publish(hub.channel(CHANNEL));
    }

    private boolean publish(Channel channel) {
        for (LogTail.Line line : tail.drain()) {
            if (!channel.publish(Message.json(line)).isStored()) return false;
        }
        return true;
    }
}

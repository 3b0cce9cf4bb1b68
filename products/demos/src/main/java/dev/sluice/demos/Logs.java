package dev.sluice.demos;

import dev.sluice.Channel;
import dev.sluice.Message;
import dev.sluice.Routes;
import dev.sluice.Sluice;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;

/// The hub's own log, live. The records come from the logging of this process; no file is opened, and
/// visitors cannot select what is shown. The hub logs neither secrets nor the data of events.
final class Logs implements Use {
    static final String CHANNEL = "demos/logs";

    private static final System.Logger LOG = System.getLogger(Logs.class.getName());
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
        Use.watched(hub, routes, new Feed(hub, CHANNEL, PERIOD, () -> step(hub)));
        tail.open();
        hub.onClose(tail::close);
    }

    private boolean step(Sluice hub) {
        if (steps++ % STEPS_PER_PULSE == 0) {
            LOG.log(Level.DEBUG, "pulse connections=" + hub.connections() + " programs=" + hub.running());
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

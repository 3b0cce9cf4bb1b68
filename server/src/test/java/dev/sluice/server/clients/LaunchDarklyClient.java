package dev.sluice.server.clients;

import com.launchdarkly.eventsource.ConnectStrategy;
import com.launchdarkly.eventsource.ErrorStrategy;
import com.launchdarkly.eventsource.EventSource;
import com.launchdarkly.eventsource.MessageEvent;
import com.launchdarkly.eventsource.background.BackgroundEventHandler;
import com.launchdarkly.eventsource.background.BackgroundEventSource;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// LaunchDarkly's EventSource on OkHttp: comes back by itself. It keeps no id that comes without data (against WHATWG
/// HTML §9.2.6), so its URL has to say where the first connection begins: it may be lost before the first event.
enum LaunchDarklyClient implements ForeignClient {
    INSTANCE;

    @Override
    public Run follow(URI channel, @Nullable String lastId, Seen seen) {
        URI begin = ForeignClient.after(channel, ForeignClient.head(channel));
        var source = new EventSource.Builder(
                        ConnectStrategy.http(begin).readTimeout(SILENCE_MAX.toSeconds(), TimeUnit.SECONDS))
                .errorStrategy(ErrorStrategy.alwaysContinue());
        BackgroundEventSource background = new BackgroundEventSource.Builder(new Handler(seen), source).build();
        background.start();
        return background::close;
    }

    @Override
    public boolean returnsByItself() {
        return true;
    }

    private record Handler(Seen seen) implements BackgroundEventHandler {
        @Override
        public void onOpen() {}

        @Override
        public void onClosed() {}

        @Override
        public void onMessage(String type, MessageEvent event) {
            if (type.equals("message")) seen.event(event.getLastEventId(), event.getData());
            else seen.note(type + " " + event.getData());
        }

        @Override
        public void onComment(String comment) {}

        @Override
        public void onError(Throwable failure) {
            seen.note("failed: " + failure);
        }
    }
}

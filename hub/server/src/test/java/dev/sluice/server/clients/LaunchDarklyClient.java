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

/// LaunchDarkly's EventSource on OkHttp, which reconnects on its own. It ignores an id without data (against WHATWG
/// HTML §9.2.6), so its URL has to name the start of the first connection, which may be lost before the first event.
enum LaunchDarklyClient implements ForeignClient {
    INSTANCE;

    @Override
    public Run follow(URI channel, @Nullable String lastId, ReceivedEvents received) {
        URI start = ForeignClient.after(channel, ForeignClient.head(channel));
        var source = new EventSource.Builder(
                        ConnectStrategy.http(start).readTimeout(SILENCE_MAX.toSeconds(), TimeUnit.SECONDS))
                .errorStrategy(ErrorStrategy.alwaysContinue());
        BackgroundEventSource background = new BackgroundEventSource.Builder(new Handler(received), source).build();
        background.start();
        return background::close;
    }

    @Override
    public boolean reconnects() {
        return true;
    }

    private record Handler(ReceivedEvents received) implements BackgroundEventHandler {
        @Override
        public void onOpen() {}

        @Override
        public void onClosed() {}

        @Override
        public void onMessage(String type, MessageEvent event) {
            if (type.equals("message")) received.event(event.getLastEventId(), event.getData());
            else received.note(type + " " + event.getData());
        }

        @Override
        public void onComment(String comment) {}

        @Override
        public void onError(Throwable failure) {
            received.note("failed: " + failure);
        }
    }
}

package dev.sluice.server.order;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Subscription.From;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Publication;
import dev.sluice.server.TestServer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Raw text from a place that is known: the data of every event behind it and of one that is published then, and not a
/// byte else. It has no words for a gap, so it begins with 410 where there is one.
final class TextReading {
    private final TestServer server;
    private final Chronicle chronicle;
    private final Random random;

    TextReading(TestServer server, Chronicle chronicle, Random random) {
        this.server = server;
        this.chronicle = chronicle;
        this.random = random;
    }

    void read(Publications publications) throws Exception {
        Wish drawn = Wish.draw(random, chronicle.nowMs());
        Wish wish = new Wish(drawn.selection(), drawn.types(), false, drawn.coalesce(), true, drawn.first());
        List<Cursor> ids = chronicle.ask(model -> model.ids());
        if (ids.isEmpty()) return;
        Cursor from = ids.get(random.nextInt(Math.max(0, ids.size() - 20), ids.size()));
        Follower.Beginning expected = new Follower(chronicle, wish).begin(new From.Resume(from.text()), Way.SSE_RAW);
        HttpLine line = new HttpLine(server, 0);
        line.get(wish.url(true, List.of("as=text", "after=" + from)), random.nextInt(4) == 0, Map.of());
        HttpLine.Head head = line.head();
        int status = switch (expected) {
            case STREAM -> 200;
            case REFUSED_FOR_GAP -> 410;
            case EVERYTHING_ENDED -> 204;
        };
        if (head == null || head.status() != status) throw new AssertionError(head + ", not " + expected);
        if (status == 200) {
            check(line, rest(wish, from), wish);
            live(line, wish, publications);
        }
        line.cut();
    }

    private void live(HttpLine line, Wish wish, Publications publications) throws Exception {
        Servers.settle(server, chronicle); // Who has passed what is not for it does not miss it when it is dropped.
        String type =
                wish.types().isEmpty() ? "message" : wish.types().iterator().next();
        for (String channel : Publications.CHANNELS) {
            ChannelName name = new ChannelName(channel);
            boolean isEnded = chronicle.ask(model -> model.state(name).end()) != null;
            if (isEnded || !wish.selection().matches(name)) continue;
            var draft = publications.plain(channel, type);
            chronicle.append(new Publication(draft, Conditions.NONE));
            check(line, draft.content().bytes(), wish);
            return;
        }
    }

    private byte[] rest(Wish wish, Cursor from) {
        return chronicle.ask(model -> {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            for (Entry entry : model.rest(from, wish.selection(), Filter.types(wish.types()))) {
                if (entry instanceof Event event)
                    text.writeBytes(event.content().bytes());
            }
            return text.toByteArray();
        });
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void check(HttpLine line, byte[] expected, Wish wish) throws Exception {
        byte[] seen = new byte[expected.length];
        for (int i = 0; i < seen.length; i++) {
            int next = line.body();
            if (next < 0) throw new AssertionError("the text ended after " + i + " bytes of " + wish);
            seen[i] = (byte) next;
        }
        if (!Arrays.equals(seen, expected)) {
            throw new AssertionError("the text was " + text(seen) + ", not " + text(expected));
        }
    }
}

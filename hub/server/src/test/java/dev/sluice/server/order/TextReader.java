package dev.sluice.server.order;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.history.RecordingLog;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Publication;
import dev.sluice.server.TestServer;
import dev.sluice.wire.HttpHead;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Reads raw text after a known cursor: the data of every event after it and of one published then, and not one byte
/// more. The format can't report a gap, so the answer is 410 if there is one.
final class TextReader {
    private final TestServer server;
    private final RecordingLog recording;
    private final Random random;

    TextReader(TestServer server, RecordingLog recording, Random random) {
        this.server = server;
        this.recording = recording;
        this.random = random;
    }

    void read(Publications publications) throws Exception {
        ReaderSpec drawn = ReaderSpec.draw(random, recording.nowMs());
        ReaderSpec spec =
                new ReaderSpec(drawn.selection(), drawn.types(), false, drawn.coalesce(), true, drawn.first());
        List<Cursor> ids = recording.ask(model -> model.ids());
        if (ids.isEmpty()) return;
        Cursor from = ids.get(random.nextInt(Math.max(0, ids.size() - 20), ids.size()));
        Follower.ExpectedStart expected =
                new Follower(recording, spec).start(new From.Resume(from.text()), ClientKind.SSE_RAW);
        RawHttpConnection connection = new RawHttpConnection(server.server().uri(), 0);
        connection.get(spec.url(true, List.of("as=text", "after=" + from)), random.nextInt(4) == 0, Map.of());
        HttpHead head = connection.head();
        int status = switch (expected) {
            case STREAM -> 200;
            case REFUSED_FOR_GAP -> 410;
            case EVERYTHING_ENDED -> 204;
        };
        if (head == null || head.status() != status) throw new AssertionError(head + ", expected " + expected);
        if (status == 200) {
            check(connection, rest(spec, from), spec);
            live(connection, spec, publications);
        }
        connection.cut();
    }

    private void live(RawHttpConnection connection, ReaderSpec spec, Publications publications) throws Exception {
        // A reader that has passed entries it does not select does not miss them when they are dropped.
        Servers.settle(server, recording);
        String type =
                spec.types().isEmpty() ? "message" : spec.types().iterator().next();
        for (String channel : Publications.CHANNELS) {
            ChannelName name = new ChannelName(channel);
            boolean isEnded = recording.ask(model -> model.state(name).end()) != null;
            if (isEnded || !spec.selection().matches(name)) continue;
            var draft = publications.plain(channel, type);
            recording.append(new Publication(draft, Conditions.NONE));
            check(connection, draft.content().bytes(), spec);
            return;
        }
    }

    private byte[] rest(ReaderSpec spec, Cursor from) {
        return recording.ask(model -> {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            for (Entry entry : model.rest(from, spec.selection(), Filter.types(spec.types()))) {
                if (entry instanceof Event event)
                    text.writeBytes(event.content().bytes());
            }
            return text.toByteArray();
        });
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void check(RawHttpConnection connection, byte[] expected, ReaderSpec spec) throws Exception {
        byte[] received = new byte[expected.length];
        for (int i = 0; i < received.length; i++) {
            int next = connection.body();
            if (next < 0) throw new AssertionError("the text ended after " + i + " bytes of " + spec);
            received[i] = (byte) next;
        }
        if (!Arrays.equals(received, expected)) {
            throw new AssertionError("the text was " + text(received) + ", expected " + text(expected));
        }
    }
}

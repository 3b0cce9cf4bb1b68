package dev.sluice.load.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sluice.wire.Payload;
import dev.sluice.wire.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An event and its place count once its message is complete, wherever reads split it.
final class FinderTest {
    private final List<String> found = new ArrayList<>();
    private final List<WebSocketFrame> pongs = new ArrayList<>();

    @Test
    void takesAnEventAndItsIdWhenItsBlockHasEnded() throws IOException {
        checkEverySplit(sse(), sse().length - "\n\r\n".length(), () -> new SseFinder(40, this::take, "before"));
    }

    @Test
    void takesAnEventAndItsIdWhenItsLineHasEnded() throws IOException {
        byte[] line = bytes("5a\r\n" + json() + "\n");
        checkEverySplit(line, line.length, () -> MessageFinder.lines(this::take, "before"));
    }

    @Test
    void takesAnEventAndItsIdWhenItsFrameHasEnded() throws IOException {
        byte[] frame = frame(WebSocketFrame.TEXT, bytes(json()));
        checkEverySplit(frame, frame.length, () -> MessageFinder.frames(this::take, "before", pongs::add));
    }

    /// Work that grows with the square of the length would take minutes.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void takesALongMessageThatArrivesInSmallPieces(boolean isFrame) {
        byte[] text = bytes(json().replace("data", "x".repeat(2 << 20)));
        var finder = isFrame
                ? MessageFinder.frames(this::take, "before", pongs::add)
                : MessageFinder.lines(this::take, "before");
        var stream = ByteBuffer.wrap(isFrame ? frame(WebSocketFrame.TEXT, text) : Arrays.copyOf(text, text.length + 1));
        if (!isFrame) stream.put(text.length, (byte) '\n');

        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            for (int at = 0; at < stream.capacity(); at += 4)
                finder.find(stream.limit(Math.min(at + 4, stream.capacity())), at);
        });

        assertThat(found).containsExactly("7/1/200");
        assertThat(finder.cursor()).isEqualTo("x");
    }

    @Test
    void answersPingsBetweenMessagesAndEndsWithACloseFrame() throws IOException {
        var finder = MessageFinder.frames(this::take, "before", pongs::add);
        var stream = new ByteArrayOutputStream();
        stream.writeBytes(frame(WebSocketFrame.PING, bytes("1")));
        stream.writeBytes(frame(WebSocketFrame.TEXT, bytes(json())));
        stream.writeBytes(frame(WebSocketFrame.PING, bytes("2")));

        finder.find(ByteBuffer.wrap(stream.toByteArray()), 0);

        assertThat(pongs)
                .extracting(each -> each.name() + new String(each.payload(), StandardCharsets.US_ASCII))
                .containsExactly("pong1", "pong2");
        assertThat(found).containsExactly("7/1/200");
        byte[] close = frame(WebSocketFrame.CLOSE, new byte[0]);
        assertThatThrownBy(() -> finder.find(ByteBuffer.wrap(close), 0)).hasMessage("the server closed a WebSocket");
    }

    @Test
    void prefersTheCursorOfAMessageToItsId() {
        assertThat(MessageFinder.place(bytes("{\"id\":\"a\",\"cursor\":\"b\"}")))
                .isEqualTo("b");
        assertThat(MessageFinder.place(bytes("{\"data\":\"c\"}"))).isNull();
    }

    @Test
    void reportsAPayloadOfAnotherLengthAsDamaged() throws IOException {
        new SseFinder(41, this::take, null).find(ByteBuffer.wrap(sse()), 0);

        assertThat(found).containsExactly("damaged 7/1/200");
    }

    /// @param whole bytes with which the message is complete
    private void checkEverySplit(byte[] stream, int whole, Supplier<Finder> finders) throws IOException {
        for (int cut = 0; cut < stream.length; cut++) {
            found.clear();
            var finder = finders.get();
            finder.find(ByteBuffer.wrap(Arrays.copyOf(stream, cut)), 0);
            if (cut < whole) {
                assertThat(found).as("cut at %d", cut).isEmpty();
                assertThat(finder.cursor()).isEqualTo("before");
            }

            finder.find(ByteBuffer.wrap(stream), cut);

            assertThat(found).as("cut at %d", cut).containsExactly("7/1/200");
            assertThat(finder.cursor()).isEqualTo("x");
        }
    }

    private void take(int lane, int sequence, int dueUs, boolean isWhole) {
        found.add((isWhole ? "" : "damaged ") + lane + "/" + sequence + "/" + dueUs);
    }

    private static byte[] sse() {
        return bytes("5a\r\ndata: " + data() + "\nid: x\n\n\r\n");
    }

    private static String json() {
        return "{\"id\":\"x\",\"data\":\"" + data() + "\"}";
    }

    private static byte[] frame(int opcode, byte[] payload) {
        return new WebSocketFrame(WebSocketFrame.FIN | opcode, null, payload).bytes();
    }

    private static String data() {
        return new String(Payload.of(40, 7, 1, 200), StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

package dev.sluice.server.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// An object is read as if no other had been read before.
final class RecycledParserTest {
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    /// Each thread of it reads its first object.
    private final ExecutorService others =
            Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory());

    @AfterEach
    void close() {
        others.close();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// All members with their values, or what is wrong.
    private static List<String> read(byte[] bytes) {
        List<String> found = new ArrayList<>();
        Throwable thrown = catchThrowable(() -> {
            var object = new JsonObjectReader(bytes);
            for (String name = object.next(); name != null; name = object.next()) {
                JsonObjectReader.Value value = object.value();
                found.add(name + "=" + new String(value.bytes(), StandardCharsets.UTF_8) + " " + value.text());
            }
        });
        if (thrown != null) found.add(thrown.toString());
        found.add(String.valueOf(catchThrowable(() -> Json.check(bytes))));
        return found;
    }

    private List<String> readByAnother(byte[] bytes) {
        try {
            return others.submit(() -> read(bytes)).get();
        } catch (InterruptedException | ExecutionException failed) {
            throw new AssertionError(failed);
        }
    }

    private String space() {
        return " \t".substring(0, random.nextInt(3));
    }

    private String value(int depth) {
        return switch (random.nextInt(depth > 3 ? 5 : 7)) {
            case 0 -> "\"" + "é😀x".repeat(random.nextInt(3)) + "\\n\"";
            case 1 -> "\"" + "x".repeat(random.nextInt(4) == 0 ? random.nextInt(20_000) : random.nextInt(20)) + "\"";
            case 2 -> Integer.toString(random.nextInt());
            case 3 -> random.nextInt(1000) + "." + random.nextInt(1000) + "e-" + random.nextInt(9);
            case 4 -> List.of("true", "false", "null").get(random.nextInt(3));
            case 5 -> "[" + value(depth + 1) + "," + value(depth + 1) + "]";
            default -> object(depth + 1);
        };
    }

    private String object(int depth) {
        StringBuilder object = new StringBuilder(space() + "{");
        int members = random.nextInt(5);
        for (int i = 0; i < members; i++) {
            if (i > 0) object.append(',');
            object.append(space())
                    .append("\"m")
                    .append(random.nextInt(50))
                    .append("\"")
                    .append(space());
            object.append(':').append(space()).append(value(depth));
        }
        return object.append("}").append(space()).toString();
    }

    private byte[] broken(byte[] bytes) {
        byte[] broken = bytes.clone();
        broken[random.nextInt(broken.length)] = (byte) "{}[]\":,x1 \n\\".charAt(random.nextInt(12));
        return broken;
    }

    @Test
    void readsEachObjectAsIfItWereTheFirst() {
        for (int i = 0; i < 3_000; i++) {
            byte[] bytes = utf8(object(0));
            if (random.nextInt(4) == 0) bytes = broken(bytes);
            assertThat(read(bytes))
                    .as("seed %d: %s", seed, new String(bytes, StandardCharsets.UTF_8))
                    .isEqualTo(readByAnother(bytes));
        }
    }

    @Test
    void readsAnObjectWhileAnotherIsNotAtItsEnd() throws InvalidJson {
        var outer = new JsonObjectReader(utf8("{\"a\":{\"b\":1},\"c\":2}"));
        outer.next();
        assertThat(read(outer.value().bytes())).containsExactly("b=1 null", "null");
        assertThat(outer.next()).isEqualTo("c");
        assertThat(new String(outer.value().bytes(), StandardCharsets.UTF_8)).isEqualTo("2");
        assertThat(outer.next()).isNull();
    }

    /// A parser remembers the names that it has read.
    @Test
    void takesAnotherParserAfterSomeBytes() throws Exception {
        byte[] bytes = utf8("{\"a\":\"" + "x".repeat(60_000) + "\"}");
        List<RecycledParser> taken = others.submit(() -> taken(bytes, 6)).get();
        assertThat(taken.subList(0, 5)).containsOnly(taken.getFirst());
        assertThat(taken.getLast()).isNotSameAs(taken.getFirst());
        assertThat(RecycledParser.before(new byte[300_000], 300_000))
                .as("a large object")
                .isNull();
    }

    /// The parsers of as many objects.
    private static List<RecycledParser> taken(byte[] bytes, int count) {
        List<RecycledParser> taken = new ArrayList<>();
        while (taken.size() < count) {
            RecycledParser next = RecycledParser.before(bytes, bytes.length);
            taken.add(next);
            assertThat(next.isValid()).isTrue();
        }
        return taken;
    }
}

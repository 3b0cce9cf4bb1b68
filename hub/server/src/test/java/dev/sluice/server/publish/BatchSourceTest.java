package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.server.http.head.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/// Lines of a batch that one parser reads, compared with the same lines that each have a parser.
final class BatchSourceTest {
    private static final String VALID = "{\"channel\":\"ab\",\"data\":1}";

    private static String event(Draft draft) {
        return draft.channel() + " " + draft.type() + " " + draft.key() + " "
                + new String(draft.content().bytes(), StandardCharsets.UTF_8);
    }

    private static String refusal(ProblemException refused) {
        return new String(refused.problem().json(), StandardCharsets.UTF_8);
    }

    /// The events of a batch, and the first refusal.
    private static List<String> together(List<byte[]> parts, boolean isDirect) {
        var found = new ArrayList<String>();
        var source = new BatchSource(PublishSettings.DEFAULTS, Grant.EVERYTHING, Optional.empty(), EventFields.NONE);
        BatchSource.Events add = (draft, _, line, bytes) -> found.add(line + " " + bytes + " " + event(draft));
        try {
            for (byte[] part : parts) {
                ByteBuffer bytes = isDirect
                        ? ByteBuffer.allocateDirect(part.length).put(part).flip()
                        : ByteBuffer.wrap(part);
                source.feed(bytes, add, () -> false);
            }
            source.end(add);
        } catch (ProblemException refused) {
            found.add(source.line() + " " + refusal(refused));
        }
        return found;
    }

    private static List<String> alone(String text) {
        var found = new ArrayList<String>();
        ChannelName before = null;
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].isEmpty()) continue;
            byte[] line = lines[i].getBytes(StandardCharsets.UTF_8);
            try {
                Draft draft = BatchLine.parse(line, 1 << 20, before, EventFields.NONE);
                before = draft.channel();
                found.add(i + 1 + " " + line.length + " " + event(draft));
            } catch (ProblemException refused) {
                found.add(i + 1 + " " + refusal(refused));
                break;
            }
        }
        return found;
    }

    private static void assertLikeAlone(String text) {
        assertThat(together(List.of(text.getBytes(StandardCharsets.UTF_8)), false))
                .isEqualTo(alone(text));
    }

    @Property(tries = 3000)
    void readsEachLineAsIfItWereAlone(@ForAll("batches") String text, @ForAll boolean isDirect) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] front = Arrays.copyOf(bytes, bytes.length / 3);
        byte[] rest = Arrays.copyOfRange(bytes, bytes.length / 3, bytes.length);
        assertThat(together(List.of(bytes), isDirect)).isEqualTo(alone(text));
        assertThat(together(List.of(front, rest), isDirect)).isEqualTo(alone(text));
    }

    @Test
    void readsNoValueOfTheNextLine() {
        assertLikeAlone(VALID + "\n{\"channel\":\"ab\",\"data\":\n1}\n");
        assertLikeAlone(VALID + "\n{\"channel\":\"ab\",\n\"bogus\":1}\n");
        assertLikeAlone(VALID + "\n \n" + VALID + "\n");
        assertLikeAlone(VALID + "\n{\n}\n");
        assertLikeAlone(VALID + "\n{\"channel\":\"a\",\"data\":\"x\n\"}\n");
    }

    @Test
    void continuesAfterALineWithBlanksAtItsEnd() {
        assertLikeAlone(VALID + " \n" + VALID + "\t\n" + VALID + "\n");
    }

    @Test
    void reportsTheColumnInTheLine() {
        assertLikeAlone(VALID + "\n{\"channel\":\"ab\",\"data\":1,}\n" + VALID);
        assertLikeAlone(VALID + "\n" + VALID + "x\n" + VALID);
        assertLikeAlone(VALID + "\n" + VALID + VALID + "\n");
        assertLikeAlone(VALID + "\n\uFEFF" + VALID + "\n");
    }

    @Provide
    Arbitrary<String> batches() {
        Arbitrary<String> lines = Arbitraries.of(
                VALID,
                VALID,
                VALID,
                VALID + " ",
                " " + VALID,
                "{\"data\":\"世\\n\",\"channel\":\"世\",\"key\":\"k\"}",
                "{\"channel\":\"ab\",\"data\":{\"a\":[1,{\"channel\":2}]},\"type\":\"t\"}",
                "{\"channel\":\"ab\"",
                ",\"data\":1}",
                "{\"channel\":\"ab\",\"data\":",
                "{\"channel\":\"ab\",\"channel\":\"ab\",\"data\":1}",
                "{\"channel\":\"ab\",\"data\":1,\"bogus\":2}",
                "{}",
                "1",
                "\"",
                "}",
                " ",
                "");
        return lines.list().ofMaxSize(8).map(all -> String.join("\n", all));
    }
}

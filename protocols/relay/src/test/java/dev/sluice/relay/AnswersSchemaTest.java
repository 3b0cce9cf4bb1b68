package dev.sluice.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The schema of `docs/answers.md` accepts what authors, readers and hubs write, and no broken event.
final class AnswersSchemaTest {
    private static final Path DOCS = Path.of("../../docs").toAbsolutePath().normalize();

    private static Schema schema() throws IOException {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(DOCS.resolve("answers.schema.json")), InputFormat.JSON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"start\",\"data\":{\"format\":\"openai.chat\",\"model\":\"m\"}}",
                "{\"type\":\"delta\",\"data\":\"Hel\"}",
                "{\"type\":\"reasoning\",\"key\":\"1\",\"data\":\"hm\"}",
                "{\"type\":\"tool-call\",\"key\":\"c1\",\"data\":{\"name\":\"weather\",\"arguments\":{\"city\":\"Oslo\"}}}",
                "{\"type\":\"tool-result\",\"key\":\"c1\",\"data\":{\"result\":[1]}}",
                "{\"type\":\"tool-result\",\"key\":\"c1\",\"data\":{\"error\":\"There is no such city.\"}}",
                "{\"type\":\"source\",\"data\":{\"url\":\"https://example.org\"}}",
                "{\"type\":\"chat.completion.chunk\",\"data\":{\"choices\":[]}}",
                "{\"type\":\"end\",\"data\":{\"status\":\"done\",\"usage\":{\"tokens\":3}}}",
                "{\"type\":\"end\",\"data\":{\"status\":\"done\",\"usage\":\"unknown\"}}",
                "{\"type\":\"end\",\"data\":{\"status\":\"stopped\",\"by\":\"ada\"}}",
                "{\"type\":\"end\",\"data\":{\"status\":\"failed\",\"reason\":\"lost\",\"message\":\"The author of"
                        + " this answer was lost.\"}}",
                "{\"type\":\"question\",\"key\":\"q1\",\"data\":{\"text\":\"Why?\",\"parent\":\"a0\"}}",
                "{\"type\":\"answer\",\"key\":\"a1\",\"data\":{\"question\":\"q1\"}}"
            })
    void acceptsTheEventsOfThePage(String event) throws IOException {
        assertThat(schema().validate(event, InputFormat.JSON)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"data\":\"no type\"}",
                "{\"type\":\"delta\",\"data\":{\"text\":\"no text\"}}",
                "{\"type\":\"tool-call\",\"data\":{\"name\":\"no key\"}}",
                "{\"type\":\"tool-result\",\"key\":\"c1\",\"data\":{\"result\":1,\"error\":\"both\"}}",
                "{\"type\":\"end\",\"data\":{\"status\":\"lost\"}}",
                "{\"type\":\"end\",\"data\":{\"status\":\"failed\"}}",
                "{\"type\":\"end\",\"data\":{\"status\":\"done\",\"usage\":0}}",
                "{\"type\":\"answer\",\"key\":\"a1\",\"data\":{}}"
            })
    void refusesBrokenEvents(String event) throws IOException {
        assertThat(schema().validate(event, InputFormat.JSON)).isNotEmpty();
    }

    @Test
    void thePagesNameEveryTypeOfTheSchema() throws IOException {
        for (String page : new String[] {"answers.md", "answers.zh-CN.md"})
            for (String type : Set.of(
                    "start", "delta", "reasoning", "tool-call", "tool-result", "source", "end", "question", "answer"))
                assertThat(Files.readString(DOCS.resolve(page))).contains("| `" + type + "` |");
    }
}

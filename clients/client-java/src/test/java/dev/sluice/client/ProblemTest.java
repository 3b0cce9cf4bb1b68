package dev.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ProblemTest {
    @Test
    void keepsAdditionalMembersOfAProblem() {
        var problem =
                Problem.read(400, "{\"title\":\"Bad\",\"type\":\"/p\",\"detail\":\"Fix it.\",\"parameter\":\"last\"}");

        assertThat(problem.type()).isEqualTo("/p");
        assertThat(problem.json()).contains("\"parameter\":\"last\"");
        assertThat(problem).hasToString("400 Bad: Fix it.");
    }

    @Test
    void acceptsBodiesThatAreNotProblems() {
        for (var body : List.of("", "<html>Bad gateway</html>", "[]", "{\"title\":7}", "x".repeat(1000))) {
            assertThat(Problem.read(502, body))
                    .as(body)
                    .isEqualTo(new Problem(
                            "about:blank",
                            "Status 502",
                            502,
                            body.startsWith("[") || body.startsWith("{") ? body : "",
                            ""));
        }
        assertThat(Problem.read(403, "Ask somebody.")).hasToString("403 Status 403: Ask somebody.");
    }
}

package dev.sluice.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Requests;
import dev.sluice.server.subscribe.SubscribeParameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The parameters of each transport: each parameter of the list on each transport, against a table written from
/// `docs/protocol.md` §2. A parameter that a transport has no use for is refused there.
final class ParameterMatrixTest {
    /// A row has a query with a valid value, and `x` for each transport that takes the parameter.
    private static final String TABLE = """
            parameter | value                | sse | websocket | ndjson | text | long poll | poll | page
            name      |                      |  x  |     x     |   x    |  x   |     x     |  x   |  x
            as        |                      |  x  |     x     |   x    |  x   |     x     |  x   |  x
            after     | after=latest         |  x  |     x     |   x    |  x   |     x     |  x   |  x
            since     | since=1m             |  x  |     x     |   x    |  x   |     x     |  x   |  x
            last      | last=1               |  x  |     x     |   x    |  x   |     x     |  x   |  x
            snapshot  | snapshot=true        |  x  |     x     |   x    |  x   |     x     |  x   |  x
            lastEventId | lastEventId=k3f-7  |  x  |           |        |      |           |      |  x
            before    | before=k3f-7         |     |           |        |      |           |  x   |  x
            type      | type=a               |  x  |     x     |   x    |  x   |     x     |  x   |  x
            conflate  | conflate=true        |  x  |     x     |   x    |  x   |     x     |  x   |  x
            coalesce  | coalesce=true        |  x  |     x     |   x    |  x   |     x     |  x   |  x
            limit     | limit=1              |     |           |        |      |     x     |  x   |  x
            wait      | wait=0               |     |           |        |      |     x     |  x   |  x
            envelope  | envelope=ONLY        |  x  |     x     |   x    |  x   |     x     |  x   |  x
            gap       | gap=fail             |  x  |     x     |   x    |  x   |     x     |  x   |  x
            heartbeat | heartbeat=10         |  x  |     x     |   x    |  x   |           |      |  x
            padding   | padding=1            |  x  |           |        |      |           |      |  x
            errors    | errors=event         |  x  |     x     |        |      |           |      |  x
            presence  | presence=true        |  x  |     x     |   x    |  x   |     x     |  x   |  x
            join      | join=true&client=a   |  x  |     x     |   x    |  x   |     x     |      |  x
            client    | client=a&join=true   |  x  |     x     |   x    |  x   |     x     |      |  x
            """;

    record Cell(String transport, String parameter, String query, boolean isTaken) {
        @Override
        public String toString() {
            return parameter + " on " + transport + (isTaken ? "" : ": refused");
        }
    }

    static Stream<Cell> cells() {
        Map<String, List<String>> rows = rows();
        List<String> transports = rows.get("parameter");
        List<Cell> cells = new ArrayList<>();
        for (SubscribeParameter<?> each : HubTransports.PARAMETERS) {
            List<String> row = rows.get(each.name());
            assertThat(row).as("the table's row of " + each.name()).isNotNull();
            for (int i = 1; i < transports.size(); i++) {
                cells.add(new Cell(
                        transports.get(i),
                        each.name(),
                        row.getFirst(),
                        row.get(i).equals("x")));
            }
        }
        return cells.stream();
    }

    /// The cells of each row after the first, by the first.
    private static Map<String, List<String>> rows() {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        TABLE.lines().forEach(line -> {
            List<String> cells =
                    Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
            rows.put(cells.getFirst(), cells.subList(1, cells.size()));
        });
        return rows;
    }

    @Test
    void hasARowForEachParameter() {
        Set<String> rows = rows().keySet();
        assertThat(HubTransports.PARAMETERS)
                .extracting(SubscribeParameter::name)
                .containsExactlyInAnyOrderElementsOf(
                        rows.stream().filter(row -> !row.equals("parameter")).toList());
    }

    @ParameterizedTest
    @MethodSource("cells")
    void acceptsTheParametersOfEachTransportAndRefusesOthers(Cell cell) {
        RequestHead request = request(cell);
        if (cell.isTaken) {
            HubTransports.parse(request);
            return;
        }
        Problem problem = catchThrowableOfType(ProblemException.class, () -> HubTransports.parse(request))
                .problem();
        assertThat(problem.status()).isEqualTo(400);
        // A client is only sent with a join, which is refused first.
        assertThat(problem.field()).isEqualTo(cell.parameter.equals("client") ? "join" : cell.parameter);
        assertThat(problem.detail())
                .startsWith("The parameter '" + problem.field() + "' is not for ")
                .endsWith(": leave it out.");
    }

    private static RequestHead request(Cell cell) {
        String only = cell.transport.equals("text") ? "raw" : "json";
        String query = "?name=x&" + cell.query.replace("ONLY", only);
        return switch (cell.transport) {
            case "websocket" ->
                Requests.get("/channels" + query + "&as=sse", "Upgrade", "websocket", "Connection", "Upgrade");
            // A poll is long with a wait of more than 0.
            case "long poll" -> Requests.get("/channels" + query.replace("wait=0", "") + "&as=json&wait=1");
            case "poll" -> Requests.get("/channels" + query + "&as=json");
            case "page" -> Requests.get("/channels" + query + "&as=html");
            default -> Requests.get("/channels" + query + "&as=" + cell.transport);
        };
    }
}

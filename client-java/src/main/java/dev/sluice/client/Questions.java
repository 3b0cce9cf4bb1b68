package dev.sluice.client;

import dev.sluice.client.http.Answer;
import dev.sluice.client.http.RefusalException;
import dev.sluice.client.http.Waiting;
import dev.sluice.client.http.Web;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What is asked once and answered at once. Who asks decides whether to ask again. For any thread. */
final class Questions {
    /** A list of channels is a page of what is short for each. */
    private static final int LIST_BYTES_MAX = 16 << 20;

    private final HubAddress hub;
    private final Web web;
    private final Settings settings;

    Questions(HubAddress hub, Web web, Settings settings) {
        this.hub = hub;
        this.web = web;
        this.settings = settings;
    }

    ChannelHead head(String channel) throws InterruptedException {
        var address = hub.channel(HubAddress.checkName(channel), Map.of());
        var request = HttpRequest.newBuilder(address).method("HEAD", HttpRequest.BodyPublishers.noBody());
        return ask(
                request,
                answer -> new ChannelHead(
                        answer.header("Sluice-Cursor")
                                .orElseThrow(() ->
                                        new ProtocolException(address + " has no cursor: no hub answers there", null)),
                        answer.header("Sluice-Latest"),
                        answer.header("Sluice-Earliest"),
                        answer.header("Sluice-Closed").isPresent()));
    }

    String channels(Map<String, String> parameters) throws InterruptedException {
        var request = HttpRequest.newBuilder(hub.channels(List.of(), parameters));
        return ask(
                request.header("Accept", "application/json"),
                answer -> new String(
                        answer.body().readAll(LIST_BYTES_MAX, settings.answerMax()), StandardCharsets.UTF_8));
    }

    private interface Reader<T> {
        T read(Answer answer) throws IOException, InterruptedException;
    }

    private <T> T ask(HttpRequest.Builder question, Reader<T> reader) throws InterruptedException {
        var request = question.build();
        try (var waiting = new Waiting(settings.time());
                var answer = web.send(request, waiting, settings.answerMax())) {
            if (answer.status() / 100 != 2) throw RefusalException.read(answer, waiting, settings.answerMax());
            return reader.read(answer);
        } catch (RefusalException reason) {
            throw new RefusedException(reason);
        } catch (IOException reason) {
            throw new UnreachableException(request.uri() + ": " + reason.getMessage(), false, reason);
        }
    }
}

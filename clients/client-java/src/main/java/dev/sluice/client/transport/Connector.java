package dev.sluice.client.transport;

import dev.sluice.client.http.HttpStatusException;
import dev.sluice.client.http.HubHttp;
import dev.sluice.client.http.MediaTypes;
import dev.sluice.client.http.Monitor;
import dev.sluice.client.http.NotAHubException;
import dev.sluice.client.http.StreamedResponse;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The connection parameters and timeouts that all transports need.
 *
 * @param monitor         the monitor on which the subscription's thread waits, closed with the subscription
 * @param answerMax       timeout for a response
 * @param silenceMax      timeout without data once a stream has begun
 * @param messageBytesMax the largest message; a larger one is a failure
 */
public record Connector(
        HubHttp hubHttp, Monitor monitor, Duration answerMax, Duration silenceMax, int messageBytesMax) {
    /**
     * Requests a representation.
     *
     * @return a response with status 200 and this content type, or with status 204
     */
    StreamedResponse get(HttpRequest.Builder request, String contentType)
            throws IOException, InterruptedException, HttpStatusException, NotAHubException {
        var answer = hubHttp.send(request.header("Accept", contentType).GET().build(), monitor, answerMax);
        if (answer.status() == 204) return answer;
        if (answer.status() != 200) {
            try (answer) {
                throw HttpStatusException.read(answer, monitor, answerMax);
            }
        }
        var received = answer.header("Content-Type").orElse("nothing");
        if (!MediaTypes.isA(received, contentType)) {
            answer.close();
            throw new NotAHubException("expected " + contentType + ", received " + received + ": this is not a hub");
        }
        return answer;
    }

    /** Returns the starting position in the headers of a stream, if any. */
    static Queue<Arrival> head(StreamedResponse answer) throws MalformedException {
        var arrivals = new ArrayDeque<Arrival>();
        var cursor = answer.header("Sluice-Cursor");
        if (cursor.isPresent()) arrivals.add(new Arrival.Head(Cursors.check(cursor.get())));
        return arrivals;
    }
}

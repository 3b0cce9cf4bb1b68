package dev.sluice.client.transport;

import dev.sluice.client.http.Answer;
import dev.sluice.client.http.MediaTypes;
import dev.sluice.client.http.NotAHubException;
import dev.sluice.client.http.RefusalException;
import dev.sluice.client.http.Waiting;
import dev.sluice.client.http.Web;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * How to reach the hub, and how patiently: what all transports need.
 *
 * @param waiting         where the subscription's thread waits, and is woken when it is closed
 * @param answerMax       how long an answer may take
 * @param silenceMax      how long nothing may come once a stream has begun
 * @param messageBytesMax the largest message, whole; what is larger is not kept but refused
 */
public record Line(Web web, Waiting waiting, Duration answerMax, Duration silenceMax, int messageBytesMax) {
    /** Asks for a representation. @return an answer of 200 with that content type, or of 204 */
    Answer get(HttpRequest.Builder request, String contentType)
            throws IOException, InterruptedException, RefusalException, NotAHubException {
        var answer = web.send(request.header("Accept", contentType).GET().build(), waiting, answerMax);
        if (answer.status() == 204) return answer;
        if (answer.status() != 200) throw RefusalException.read(answer, waiting, answerMax);
        var got = answer.header("Content-Type").orElse("nothing");
        if (!MediaTypes.isA(got, contentType)) {
            answer.close();
            throw new NotAHubException("asked for " + contentType + ", got " + got + ": no hub answers there");
        }
        return answer;
    }

    /** What the head of a stream says of its beginning, if it does. */
    static Queue<Arrival> head(Answer answer) throws MalformedException {
        var arrivals = new ArrayDeque<Arrival>();
        var cursor = answer.header("Sluice-Cursor");
        if (cursor.isPresent()) arrivals.add(new Arrival.Head(Cursors.check(cursor.get())));
        return arrivals;
    }
}

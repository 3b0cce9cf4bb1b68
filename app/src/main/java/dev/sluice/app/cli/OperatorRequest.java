package dev.sluice.app.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/// A request of an operator to a hub, with the key or token in the environment, if there is one.
///
/// @param method      the method; only a `POST` has a body
/// @param target      relative to the hub's address
/// @param json        the body; null for none
/// @param timeMax     the timeout of the connection, and of the answer
/// @param interrupted the message if the user interrupts it
public record OperatorRequest(
        String method, String target, @Nullable String json, Duration timeMax, String interrupted) {
    /// Creates a `POST` request.
    public OperatorRequest(String target, @Nullable String json, Duration timeMax, String interrupted) {
        this("POST", target, json, timeMax, interrupted);
    }

    /// Ends the command if the environment has no key or token.
    public static void requireToken(CommandContext context) {
        if (new HubKey(context).value() == null) {
            throw new CommandException(
                    Exit.USAGE, HubKey.VARIABLE + " is not set: put a key or token there that may 'admin'.");
        }
    }

    public HttpResponse<String> send(HubAccess hub, CommandContext context) {
        var request = HttpRequest.newBuilder(hub.uri().resolve(target)).timeout(timeMax);
        if (json == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(json));
        }
        var token = new HubKey(context).value();
        if (token != null) request.header("Authorization", "Bearer " + token);
        try (var client = hub.http().connectTimeout(timeMax).build()) {
            return client.send(HubAccess.typed(request::build), BodyHandlers.ofString());
        } catch (ConnectException | HttpConnectTimeoutException | SSLHandshakeException reason) {
            throw hub.unreachable(CommandException.messageOf(reason), false, reason); // It was not sent.
        } catch (IOException reason) {
            throw hub.unreachable(CommandException.messageOf(reason), true, reason);
        } catch (InterruptedException reason) {
            throw new CommandException(Exit.INTERRUPTED, interrupted, reason);
        }
    }

    /// The body of the answer; ends the command if the hub refused.
    public static String accepted(HttpResponse<String> answer) {
        if (answer.statusCode() / 100 == 2) return answer.body().strip();
        throw new CommandException(
                Exit.REFUSED,
                "The hub refused: " + Messages.printable(answer.body().strip()));
    }
}

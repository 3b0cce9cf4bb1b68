import dev.sluice.Sluice;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;

/// A hub in the program, and the program as its client. Runs until its standard input ends.
final class Main {
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (Sluice sluice = Sluice.in(Path.of("data")).port(0).start();
                HttpClient http = HttpClient.newHttpClient()) {
            sluice.channel("news").publish("hello from the program");
            URI page = sluice.uri().resolve("/channels/news?after=earliest&as=json");
            System.out.println(http.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString()).body().strip());
            System.out.println(sluice.uri());
            System.in.readAllBytes();
        }
        System.out.println("closed");
    }
}

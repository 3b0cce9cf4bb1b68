package example;

import dev.sluice.Sluice;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

@WebServlet(urlPatterns = "/orders", loadOnStartup = 1)
public class Shop extends HttpServlet {
    private transient Sluice hub;

    @Override
    public void init() {
        hub = Sluice.in(Path.of("data")).port(Integer.getInteger("hub.port", 8420)).withoutShutdownHook();
        hub.start();
        hub.channels("packed").subscribe(event -> System.out.println("Packed: " + event.text()));
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var item = new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        var result = hub.channel("orders").publish(item);
        if (!result.isStored()) response.sendError(503, result.toString());
    }

    @Override
    public void destroy() {
        hub.close();
    }
}

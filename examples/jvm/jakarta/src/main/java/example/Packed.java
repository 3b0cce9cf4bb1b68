package example;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

@WebServlet("/packed")
public class Packed extends HttpServlet {
    @Inject
    private transient Warehouse warehouse;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        warehouse.packed(new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
}

package io.slipway.simulator;

import io.slipway.simulator.strict.CJson;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Devices and console of one server, with a single account that must be registered first. */
final class CannedConsole {

    final CannedService service = new CannedService(0);
    volatile @Nullable String registered;

    String answer(CannedServer.Request request) {
        String path = request.path();
        if (!path.startsWith("/xiaozhi/")) {
            return service.answer(request);
        }
        CJson.Fields body = (CJson.Fields) CJson.parse(request.body());
        boolean authorized = "Bearer tok".equals(request.header("Authorization"));
        if (path.equals("/xiaozhi/user/login")) {
            return registered == null
                    ? CannedServer.http(401, "{\"code\":401,\"msg\":\"bad login\"}")
                    : ok("{\"token\":\"tok\",\"expire\":43200}");
        }
        if (path.equals("/xiaozhi/user/register")) {
            registered = body.text("setupCode");
            return ok("{}");
        }
        if (path.equals("/xiaozhi/agent") && authorized) {
            return ok("\"0123456789abcdef0123456789abcdef\"");
        }
        if (path.startsWith("/xiaozhi/device/bind/0123456789abcdef0123456789abcdef/")
                && authorized) {
            String code = path.substring(path.lastIndexOf('/') + 1);
            for (var waiting : service.codes.entrySet()) {
                if (waiting.getValue().equals(code)) {
                    return bind(waiting.getKey(), code);
                }
            }
        }
        return CannedServer.http(400, "{\"code\":400,\"msg\":\"no\"}");
    }

    private String bind(String mac, String code) {
        try {
            service.enter(mac, code);
            return ok("{\"macAddress\":\"" + mac + "\"}");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String ok(String data) {
        return CannedServer.http(200, "{\"code\":0,\"msg\":\"success\",\"data\":" + data + "}");
    }
}

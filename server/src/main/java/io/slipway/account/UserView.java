package io.slipway.account;

import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.http.schema.Shape;
import java.time.Instant;

/** A user. */
record UserView(
        @Shape(pattern = Shape.ID) String id,
        String username,
        @Described("管理员 · administrator") boolean admin,
        @Described("可以按 MAC 批量预注册 · may pre-register by MAC") boolean trusted,
        boolean disabled,
        @Described("已开启两步验证 · has a second factor") boolean secondFactor,
        Instant createdAt) {

    /** The caller's own account. */
    record OwnAccountView(
            @Inlined UserView user,
            @Described("IANA 时区名；空为随服务器 · IANA time zone name; empty: the server's time zone")
                    @Shape(maxLength = 64)
                    String timeZone,
            @Described("服务器的时区 · the server's time zone") String serverTimeZone) {}

    /** The user who has the web UI open. */
    record ConsoleUserView(@Inlined UserView user, @Shape(values = {"admin", "user"}) String role) {

        static ConsoleUserView of(Account account) {
            return new ConsoleUserView(UserView.of(account), account.admin() ? "admin" : "user");
        }
    }

    static UserView of(Account account) {
        return new UserView(
                account.id(),
                account.username(),
                account.admin(),
                account.trusted(),
                account.disabled(),
                account.secondFactor(),
                Instant.ofEpochMilli(account.createdAt()));
    }
}

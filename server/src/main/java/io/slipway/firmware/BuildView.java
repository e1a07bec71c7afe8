package io.slipway.firmware;

import io.slipway.account.Caller;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A build as the console shows it. */
final class BuildView {

    private BuildView() {}

    static Map<String, @Nullable Object> of(Caller caller, Build build, List<String> sameVersion) {
        Build.ImageFacts facts = build.facts();
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("id", build.id());
        view.put("version", build.version().toString());
        view.put("elfSha256", build.elf());
        view.put("project", facts.project());
        view.put("chip", facts.chip());
        view.put("minRevision", facts.minRevision());
        view.put("maxRevision", facts.maxRevision() == 0 ? null : facts.maxRevision());
        view.put("idfVersion", facts.idfVersion());
        view.put("compileTime", facts.compileTime());
        view.put("size", build.size());
        view.put("sha256", build.sha256());
        view.put("hashAppended", facts.hashAppended());
        view.put("signature", facts.signature().name());
        view.put("addresses", facts.addresses());
        view.put("leadsHome", build.leadsHome());
        view.put("boards", build.boards());
        view.put("scheme", build.scheme().name());
        view.put("floors", build.floors().stream().map(Object::toString).toList());
        view.put("notes", build.notes());
        view.put("channel", build.channel());
        view.put("needsPsram", build.needsPsram());
        view.put("quarantine", quarantine(build.quarantine()));
        view.put("sameVersion", sameVersion);
        view.put("common", build.common());
        view.put("mine", build.accountId().equals(caller.accountId()));
        view.put("editable", Builds.owns(caller, build));
        view.put("createdAt", Instant.ofEpochMilli(build.createdAt()).toString());
        view.put("updatedAt", Instant.ofEpochMilli(build.updatedAt()).toString());
        return view;
    }

    private static @Nullable Object quarantine(Build.@Nullable Quarantine why) {
        return why == null
                ? null
                : Map.of(
                        "reason", why.reason(),
                        "by", why.by(),
                        "at", Instant.ofEpochMilli(why.at()).toString());
    }
}

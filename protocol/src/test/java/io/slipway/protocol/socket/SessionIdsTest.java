package io.slipway.protocol.socket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SessionIdsTest {

    private static String replaced(String text) {
        return SessionIds.replaced(text.replace('\'', '"'), "1", "a\"b").replace('"', '\'');
    }

    @Test
    void onlyTheMembersValueIsReplaced() {
        assertThat(replaced("{'session_id':'1','type':'stt','text':'1'}"))
                .isEqualTo("{'session_id':'a\\'b','type':'stt','text':'1'}");
        assertThat(replaced("{'a':{'session_id':'1'},'b':['session_id',1], 'session_id' : '1' }"))
                .isEqualTo(
                        "{'a':{'session_id':'1'},'b':['session_id',1], 'session_id' : 'a\\'b' }");
        assertThat(replaced("{'SESSION_ID':'1'}")).isEqualTo("{'SESSION_ID':'a\\'b'}");
        assertThat(replaced("{'session_id':'\\u0031'}")).isEqualTo("{'session_id':'a\\'b'}");
    }

    @Test
    void othersStayAsTheyAre() {
        for (String text :
                new String[] {
                    "{'session_id':'12'}",
                    "{'session_id':1}",
                    "{'session_id':{'session_id':'1'}}",
                    "{'session_id':'2','session_id':'1'}",
                    "['session_id','1']",
                    "{'text':'\\'session_id\\':\\'1\\''}",
                    "{'type'",
                    "",
                    "1"
                }) {
            assertThat(replaced(text)).isEqualTo(text.replace('"', '\''));
        }
    }

    @Test
    void whatFollowsNeedNotBeJson() {
        assertThat(replaced("{'session_id':'1','type':'listen','text':'a'b'c'}"))
                .isEqualTo("{'session_id':'a\\'b','type':'listen','text':'a'b'c'}");
    }

    @Test
    void anEmptyIdGetsAName() {
        assertThat(SessionIds.replaced("{\"session_id\":\"\",\"text\":\"\"}", "", "S"))
                .isEqualTo("{\"session_id\":\"S\",\"text\":\"\"}");
    }
}

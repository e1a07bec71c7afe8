package io.slipway.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {

    @ParameterizedTest
    @ValueSource(strings = {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"})
    void noCellIsAFormulaAndNoneIsChangedByReadingItBack(String first) {
        String text = first + "HYPERLINK(\"x\")";
        String cell = Csv.cell(text);
        assertThat(cell).startsWith("\"'" + first).endsWith("(\"\"x\"\")\"");
        String unquoted = cell.substring(1, cell.length() - 1).replace("\"\"", "\"");
        assertThat(Csv.plain(unquoted)).isEqualTo(text);
    }

    @Test
    void otherCellsAreAsTheyWere() {
        for (String text : new String[] {"", "a=b", "'quoted'", "d4:06:06:00:00:01", "'", "客厅"}) {
            assertThat(Csv.plain(text)).isEqualTo(text);
        }
        byte[] line = Csv.line("a", "", "b,c", "d\"e", "客厅", "1.5");
        assertThat(new String(line, StandardCharsets.UTF_8))
                .isEqualTo("a,,\"b,c\",\"d\"\"e\",\"客厅\",1.5\r\n");
    }
}

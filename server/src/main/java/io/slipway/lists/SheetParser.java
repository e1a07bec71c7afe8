package io.slipway.lists;

import java.io.InputStream;
import java.math.BigDecimal;
import java.util.MissingResourceException;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** XML as it is in spreadsheets: a DTD is refused, names count without their prefix. */
final class SheetParser {

    /** The longest cell that a spreadsheet permits, in characters. */
    private static final int LONGEST = 32_767;

    /** Spreadsheets keep 15 digits of a number. */
    private static final int DIGITS = 15;

    private static final int LONGEST_NUMBER = 32;

    private final XMLStreamReader xml;

    SheetParser(InputStream part) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        xml = factory.createXMLStreamReader(part);
    }

    /** Goes on to the next start or end of an element; false at the end. */
    boolean next() throws XMLStreamException, UnreadableList {
        while (xml.hasNext()) {
            switch (event()) {
                case XMLStreamConstants.START_ELEMENT, XMLStreamConstants.END_ELEMENT -> {
                    return true;
                }
                default -> {}
            }
        }
        return false;
    }

    private int event() throws XMLStreamException, UnreadableList {
        int event;
        try {
            event = xml.next();
        } catch (MissingResourceException e) {
            // The JDK has no words for a character that no DTD may contain.
            throw dtd();
        }
        if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
            throw dtd();
        }
        return event;
    }

    private static UnreadableList dtd() {
        return new UnreadableList(
                "表格里有 DTD，不会读取：请重新另存为 xlsx 或 CSV",
                "The spreadsheet contains a DTD and is not read: save it again, as xlsx or CSV");
    }

    boolean starts(String name) {
        return xml.isStartElement() && xml.getLocalName().equals(name);
    }

    boolean ends(String name) {
        return xml.isEndElement() && xml.getLocalName().equals(name);
    }

    /** An attribute of the element that starts; empty if it has none of that name. */
    String attribute(String name) {
        if (!xml.isStartElement()) {
            return "";
        }
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            if (xml.getAttributeLocalName(i).equals(name)) {
                return xml.getAttributeValue(i);
            }
        }
        return "";
    }

    /**
     * The text of the element that has started, up to its end: what {@code <t>} and {@code <v>}
     * contain, without phonetic guides.
     */
    String text(String element) throws XMLStreamException, UnreadableList {
        var text = new StringBuilder();
        boolean wanted = false;
        boolean phonetic = false;
        while (xml.hasNext()) {
            int event = event();
            if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA) {
                int room = LONGEST - text.length();
                if (wanted && !phonetic && room > 0) {
                    text.append(
                            xml.getTextCharacters(),
                            xml.getTextStart(),
                            Math.min(room, xml.getTextLength()));
                }
            } else if (ends(element)) {
                break;
            } else if (xml.isStartElement() || xml.isEndElement()) {
                boolean starts = xml.isStartElement();
                String name = xml.getLocalName();
                phonetic = name.equals("rPh") ? starts : phonetic;
                boolean value = name.equals("t") || name.equals("v");
                wanted = value ? starts : wanted;
            }
        }
        return text.toString();
    }

    /**
     * A number as a person typed it, not as {@code 1.12233445566E11}. One that a spreadsheet has
     * rounded stays as it is, and so is no serial number.
     */
    static String number(String text) {
        String given = text.strip();
        if (given.isEmpty() || given.length() > LONGEST_NUMBER) {
            return given;
        }
        try {
            var number = new BigDecimal(given).stripTrailingZeros();
            long digits = (long) number.precision() - number.scale();
            boolean whole = number.scale() <= 0 && digits <= DIGITS;
            return whole ? number.toPlainString() : given;
        } catch (NumberFormatException e) {
            return given;
        }
    }
}

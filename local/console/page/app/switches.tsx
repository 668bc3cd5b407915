import { Icon } from "../parts/icon";
import { text } from "../text";
import { language, languages, theme, themes } from "./preferences";

const languageNames = { en: "English", es: "Español" } as const;

export const Switches = () => (
  <div class="switches">
    <label class="switch">
      <Icon name="language" />
      <span class="hidden">{text().shell.language}</span>
      <select
        value={language.value}
        onChange={({ currentTarget: { value } }) => {
          language.value = languages.find((each) => each === value) ?? "en";
        }}
      >
        {languages.map((each) => (
          <option key={each} value={each} lang={each}>
            {languageNames[each]}
          </option>
        ))}
      </select>
    </label>
    <fieldset class="segments">
      <legend class="hidden">{text().shell.theme}</legend>
      {themes.map((each) => (
        <button
          key={each}
          type="button"
          class="quiet"
          aria-pressed={theme.value === each}
          aria-label={text().shell.themes[each]}
          title={text().shell.themes[each]}
          onClick={() => {
            theme.value = each;
          }}
        >
          <Icon name={each} />
        </button>
      ))}
    </fieldset>
  </div>
);

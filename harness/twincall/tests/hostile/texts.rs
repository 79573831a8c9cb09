//! Texts that would act somewhere: on a terminal, on a runner of GitHub's workflows, in Markdown, HTML, XML or SARIF.

/// A text in one place of a report.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    /// What it begins and ends with, so that it is recognised in whatever form.
    pub(crate) marks: [String; 2],
    pub(crate) whole: String,
}

impl Text {
    /// The text of a number with marks of a place's own; `None` where nothing is to act.
    pub(crate) fn new(place: usize, number: Option<usize>) -> Text {
        let marks = [format!("Zq{place}x"), format!("x{place}qZ")];
        let [start, end] = &marks;
        let whole = match number.map(|number| (BETWEEN[number / 2], number % 2)) {
            None => format!("{start}name{end}"),
            Some((text, 0)) => format!("{start}{text}{end}"),
            // At the start of a line, or of the whole.
            Some((text, _)) => format!("{text}{start}{end}"),
        };
        Text { marks, whole }
    }
}

/// So many texts there are.
pub(crate) const COUNT: usize = 2 * BETWEEN.len();

/// What each text has between its marks, or before them.
const BETWEEN: [&str; 26] = [
    "`",
    "``` ```` `",
    "a|b\\|c\\\\|",
    "<script>alert(1)</script>",
    "<!-- a",
    "[x](javascript:alert(1)) ![y](z) [^1] <https://e.example>",
    "*a* _b_ **c** ~~d~~ # e",
    "@someone and #12 and https://e.example/x and www.e.example",
    "$x$ $$y$$",
    "&lt;b&gt; &#60; \"q\" 'a' ]]>",
    "%0A::error::a%0D%25%3A%2C",
    "\n",
    "\n\n\n    a\n- b\n1. c\n# d\n===\n---\n> e\n",
    "\n```\n~~~\n</details>\n",
    "\n::error::a\n  ::set-output name=a::b\n\t::Stop-Commands::c\n\u{a0}::add-mask::d\n",
    "x ##[error]a ##[set-env name=b]c",
    "\r::error::a\r\n::error::b\u{2028}::error::c\u{85}::error::d",
    "\n\u{200b}::error::a\n\u{feff}::error::b\n::er\u{ad}ror::c\n#\u{200d}#[error]d\n:\u{fe0f}:error::e",
    "\u{1b}[2J\u{1b}[31mred\u{1b}[0m",
    "\u{1b}]8;;https://e.example\u{7}link\u{1b}]8;;\u{7}",
    "\u{1b}]52;c;ZXZpbA==",
    "\u{9b}31m\u{90}q\u{9c}\u{7f}\u{8}\u{0}\u{b}\u{c}",
    "\u{202a}a\u{202b}b\u{202c}\u{202d}c\u{202e}d\u{2066}e\u{2067}f\u{2068}g\u{2069}",
    "\u{200e}\u{200f}\u{61c}",
    "\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}\u{e0041}\u{3164}",
    "\u{fffe}\u{ffff}\u{fdd0}",
];

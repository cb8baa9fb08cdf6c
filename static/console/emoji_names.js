// The emoji that the picker offers, with the words they are found by.

export const GROUPS = {
  smileys: [
    ["😀", "grinning happy"], ["😄", "smile laugh happy"], ["😁", "beaming grin"], ["😅", "relief sweat smile"],
    ["😂", "tears of joy laugh"], ["🤣", "rolling laughing"], ["🙂", "slight smile"], ["😉", "wink"],
    ["😊", "blush smile"], ["😇", "halo angel"], ["🥰", "hearts love"], ["😍", "heart eyes love"], ["😘", "kiss"],
    ["😋", "delicious yum"], ["😛", "tongue"], ["🤗", "hug"], ["🤔", "thinking"], ["🤐", "zipped mouth quiet"],
    ["😐", "neutral"], ["😏", "smirk"], ["🙄", "rolling eyes"], ["😬", "grimace"], ["😌", "relieved"],
    ["😴", "sleeping tired"], ["😷", "mask ill"], ["🤒", "thermometer ill"], ["🤕", "bandage hurt"],
    ["🤯", "mind blown"], ["🥳", "party celebrate"], ["😎", "cool sunglasses"], ["🤓", "nerd glasses"],
    ["😕", "confused"], ["😟", "worried"], ["🙁", "slight frown sad"], ["😮", "surprised wow"], ["😳", "flushed"],
    ["🥺", "pleading please"], ["😢", "cry sad"], ["😭", "sobbing cry"], ["😱", "scream fear"], ["😞", "disappointed"],
    ["😩", "weary"], ["😤", "huff steam"], ["😡", "angry"], ["🤬", "swearing angry"],
  ],
  people: [
    ["👍", "thumbs up yes good"], ["👎", "thumbs down no bad"], ["👌", "ok fine"], ["✌️", "victory peace"],
    ["🤞", "fingers crossed luck"], ["🤙", "call me"], ["👈", "point left"], ["👉", "point right"], ["👆", "point up"],
    ["👇", "point down"], ["✋", "raised hand stop"], ["👋", "wave hello bye"], ["🤝", "handshake deal"],
    ["👏", "clap applause"], ["🙌", "raised hands hooray"], ["🙏", "please thank you"], ["💪", "strong muscle"],
    ["✍️", "writing"], ["🤷", "shrug"], ["🤦", "facepalm"], ["🙋", "raising hand question"], ["💁", "information desk"],
    ["🧑‍💻", "computer work"], ["🧑‍🔧", "mechanic repair"], ["🚶", "walking"], ["🏃", "running"], ["💃", "dancing"],
    ["👀", "eyes look"],
  ],
  nature: [
    ["🐶", "dog"], ["🐱", "cat"], ["🐭", "mouse"], ["🐰", "rabbit"], ["🦊", "fox"], ["🐻", "bear"], ["🐼", "panda"],
    ["🐧", "penguin"], ["🐦", "bird"], ["🦉", "owl"], ["🐝", "bee"], ["🦋", "butterfly"], ["🐢", "turtle"], ["🐟", "fish"],
    ["🌵", "cactus"], ["🌲", "tree"], ["🍀", "clover luck"], ["🌸", "blossom"], ["🌹", "rose"], ["🌻", "sunflower"],
    ["🌍", "earth world"], ["🌙", "moon night"], ["⭐", "star"], ["☀️", "sun sunny"], ["⛅", "cloud weather"],
    ["🌧️", "rain"], ["⛄", "snowman winter"], ["🌈", "rainbow"], ["🔥", "fire hot"],
  ],
  food: [
    ["☕", "coffee"], ["🍵", "tea"], ["🍺", "beer"], ["🍷", "wine"], ["🥂", "cheers"], ["🍎", "apple"], ["🍋", "lemon"],
    ["🍓", "strawberry"], ["🥑", "avocado"], ["🍞", "bread"], ["🧀", "cheese"], ["🍕", "pizza"], ["🍔", "burger"],
    ["🍟", "fries"], ["🥗", "salad"], ["🍣", "sushi"], ["🍝", "pasta"], ["🍦", "ice cream"], ["🍰", "cake"],
    ["🎂", "birthday cake"], ["🍫", "chocolate"], ["🍪", "cookie"],
  ],
  things: [
    ["📱", "phone"], ["💻", "laptop computer"], ["⌚", "watch"], ["🎧", "headphones"], ["📷", "camera"],
    ["💡", "idea light"], ["🔋", "battery"], ["🔧", "wrench repair"], ["🔑", "key"], ["🔒", "lock"],
    ["📦", "parcel package"], ["🛒", "shopping cart"], ["🛍️", "shopping bags"], ["🎁", "gift present"],
    ["🎉", "party hooray"], ["💳", "card payment"], ["💶", "euro money"], ["🧾", "receipt"], ["📄", "page document"],
    ["📅", "calendar date"], ["📍", "place pin"], ["⏰", "alarm clock"], ["⏳", "hourglass wait"],
    ["✉️", "mail letter"], ["🏠", "house home"], ["🏪", "shop store"], ["🚗", "car"], ["🚲", "bicycle bike"],
    ["🚚", "truck delivery"], ["✈️", "plane flight"], ["⚽", "football"],
  ],
  signs: [
    ["❤️", "red heart love"], ["🧡", "orange heart"], ["💛", "yellow heart"], ["💚", "green heart"],
    ["💙", "blue heart"], ["💜", "purple heart"], ["💔", "broken heart"], ["✨", "sparkles"], ["💯", "hundred perfect"],
    ["✅", "check done yes"], ["❌", "cross no wrong"], ["⚠️", "warning"], ["❓", "question"], ["❗", "exclamation"],
    ["‼️", "double exclamation"], ["➡️", "arrow right"], ["🔄", "again repeat"], ["🆕", "new"], ["🆗", "ok"],
    ["ℹ️", "information"],
  ],
};

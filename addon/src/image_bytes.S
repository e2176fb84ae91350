/* The static program (addon/native), as bytes inside the addon: what the addon puts into a sealed memfd and clones
 * containers from. Built before this file: see OBJECT_DEPENDS in CMakeLists.txt. */
  .section .rodata.caissonImage, "a", %progbits
  .balign 16
  .globl caissonImageStart
  .hidden caissonImageStart
  .type caissonImageStart, %object
caissonImageStart:
  .incbin "caisson-native"
  .globl caissonImageEnd
  .hidden caissonImageEnd
caissonImageEnd:
  .byte 0
  .section .note.GNU-stack, "", %progbits
